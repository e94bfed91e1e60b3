namespace Llava.Demo.Charts;

enum ChartSplit { Train, Validation, Test }

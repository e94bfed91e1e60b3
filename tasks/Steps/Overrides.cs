namespace Llava.Tasks.Steps;

/// <summary>Overrides of a yaml as a user gives them: several in one property, with <c>%3B</c> between, reach a task as one value with ';'.</summary>
static class Overrides
{
    public static IEnumerable<string> Of(string[] set) => set.SelectMany(value => value.Split(';', StringSplitOptions.RemoveEmptyEntries));
}

using Llava.Contracts.Configuration;
using Llava.Data.Images;

namespace Llava.Data.Tests.Images;

static class Pipelines
{
    public static readonly double[] Mean = [0.48145466, 0.4578275, 0.40821073];
    public static readonly double[] Deviation = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>The transforms of LLaVA-1.5's yaml, at another size.</summary>
    public static ImagePipeline Clip(int size) => new(
        [
            new ExpandToSquare(new RgbColour(122, 116, 104)),
            new ResizeShorterEdge(size, Interpolation.Bicubic),
            new CenterCrop(size, size),
            new ToTensor(),
            new Normalize(Mean, Deviation),
        ],
        size, size);
}

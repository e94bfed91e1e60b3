namespace Llava.Data.Images;

static class TransformOrder
{
    /// <summary>What is wrong with the list, or null.</summary>
    public static string? Problem(IReadOnlyList<ImageTransform> transforms)
    {
        var toTensor = transforms.Count(transform => transform is ToTensor);
        if (toTensor != 1)
            return $"must name to_tensor once, but name it {toTensor} times";
        var position = transforms.TakeWhile(transform => transform is not ToTensor).Count();
        if (transforms.Take(position).Any(transform => transform is Normalize))
            return "must not normalize before to_tensor: only numbers can be normalized";
        if (transforms.Skip(position).Any(transform => transform is PictureTransform))
            return "must not change the picture after to_tensor: move that step before it";
        return null;
    }
}

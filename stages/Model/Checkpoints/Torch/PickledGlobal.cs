namespace Llava.Model.Checkpoints.Torch;

/// <summary>A class or function that the pickle names. Only those below are known; none of them is ever run.</summary>
sealed record PickledGlobal(string Module, string Name)
{
    static readonly HashSet<string> Known =
    [
        "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter",
        "torch.Size", "torch.storage.UntypedStorage", "torch.UntypedStorage",
        "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8", "torch.uint8", "torch.bool",
    ];

    public string FullName => $"{Module}.{Name}";

    public bool IsKnown => Known.Contains(FullName) || StorageElementType is not null;

    public ElementType? StorageElementType => Module is "torch" ? ElementTypes.FromTorchStorageName(Name) : null;

    public bool IsStorage => StorageElementType is not null || Name == "UntypedStorage";
}

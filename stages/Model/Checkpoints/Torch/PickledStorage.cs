namespace Llava.Model.Checkpoints.Torch;

/// <param name="Key">Name of its zip entry below <c>data/</c>; in the older format its name in the list of storages.</param>
/// <param name="ElementType">Null for an untyped storage, whose length counts bytes.</param>
sealed record PickledStorage(string Key, ElementType? ElementType, long ElementCount);

using System.Runtime.InteropServices;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// Puts the elements of a strided view in order. A transposed matrix is read along its storage, many columns at a time, and turned in
/// pieces that fit a core's cache; nothing larger than such a piece is held.
/// </summary>
/// <param name="start">Byte of the file where the view's first element lies.</param>
sealed class StridedGathering(FileRegion file, long start, int elementBytes)
{
    const int MaximumPieceBytes = 1 << 20, MaximumLines = 64;

    readonly long _pieceBytes = Math.Min(MaximumPieceBytes, file.Length);
    readonly FileWindow _window = new(file);
    byte[] _piece = [];

    /// <summary>The view's contiguous bytes from <paramref name="byteOffset"/> on, whole elements of them.</summary>
    public void Read(StridedView view, long byteOffset, Span<byte> destination) => Read(view, 0, byteOffset / elementBytes, destination);

    // What is asked for may start and end within a row, and within a row of that: whole rows are boxes.
    void Read(StridedView view, long origin, long first, Span<byte> destination)
    {
        if (destination.Length == 0)
            return;
        if (view.Shape.Length == 0)
        {
            ReadBox(view, origin, destination);
            return;
        }
        var inner = view.Inner;
        var rowElements = inner.ElementCount;
        var (row, within) = Math.DivRem(first, rowElements);
        if (within > 0)
        {
            var head = (int)Math.Min(destination.Length, (rowElements - within) * elementBytes);
            Read(inner, origin + row * view.Strides[0], within, destination[..head]);
            destination = destination[head..];
            row++;
        }
        var rows = destination.Length / (rowElements * elementBytes);
        if (rows > 0)
            ReadBox(view.Rows(rows), origin + row * view.Strides[0], destination[..(int)(rows * rowElements * elementBytes)]);
        Read(inner, origin + (row + rows) * view.Strides[0], 0, destination[(int)(rows * rowElements * elementBytes)..]);
    }

    // Along: the dimension whose elements lie closest together in the file. Across: the last one, whose elements are neighbours in the result.
    void ReadBox(StridedView box, long origin, Span<byte> destination)
    {
        var kept = Enumerable.Range(0, box.Shape.Length).Where(dimension => box.Shape[dimension] > 1).ToArray();
        if (kept.Length == 0)
        {
            ReadElements(origin, destination[..elementBytes]);
            return;
        }
        var across = kept[^1];
        var along = kept.Where(dimension => box.Strides[dimension] > 0).DefaultIfEmpty(across).MinBy(dimension => box.Strides[dimension]);
        int[] outer = [.. kept.Where(dimension => dimension != along && dimension != across)];
        var steps = new long[box.Shape.Length];
        for (var (dimension, step) = (box.Shape.Length - 1, 1L); dimension >= 0; dimension--)
            (steps[dimension], step) = (step, step * box.Shape[dimension]);
        var lines = along == across ? new Axis(1, 0, 0) : new Axis(box.Shape[across], box.Strides[across], steps[across]);
        var index = new long[outer.Length];
        do
        {
            var (source, target) = (origin, 0L);
            for (var i = 0; i < outer.Length; i++)
                (source, target) = (source + index[i] * box.Strides[outer[i]], target + index[i] * steps[outer[i]]);
            ReadPlane(source, new Axis(box.Shape[along], box.Strides[along], steps[along]), lines, destination[(int)(target * elementBytes)..]);
        }
        while (Advance(index, outer, box.Shape));
    }

    static bool Advance(long[] index, int[] dimensions, long[] shape)
    {
        for (var i = index.Length - 1; i >= 0; i--)
        {
            if (++index[i] < shape[dimensions[i]])
                return true;
            index[i] = 0;
        }
        return false;
    }

    void ReadPlane(long source, Axis along, Axis lines, Span<byte> destination)
    {
        if (lines.Count == 1 && along is { Stride: 1, Step: 1 })
        {
            ReadElements(source, destination[..(int)(along.Count * elementBytes)]);
            return;
        }
        var longest = Math.Min(along.Count, Math.Max(1, _pieceBytes / elementBytes / Math.Max(1, along.Stride)));
        for (long first = 0; first < along.Count; first += longest)
        {
            var part = along with { Count = Math.Min(longest, along.Count - first) };
            var extent = (part.Count - 1) * part.Stride + 1;
            var together = Math.Clamp(_pieceBytes / (extent * elementBytes), 1, MaximumLines);
            for (long line = 0; line < lines.Count; line += together)
            {
                var group = lines with { Count = Math.Min(together, lines.Count - line) };
                var place = first * along.Step + line * lines.Step;
                Turn(source + first * along.Stride + line * lines.Stride, part, group, (int)extent, destination[(int)(place * elementBytes)..]);
            }
        }
    }

    void Turn(long source, Axis along, Axis lines, int extent, Span<byte> destination)
    {
        var lineBytes = extent * elementBytes;
        if (_piece.Length < lines.Count * lineBytes)
            _piece = new byte[lines.Count * lineBytes];
        for (var line = 0; line < lines.Count; line++)
            ReadElements(source + line * lines.Stride, _piece.AsSpan(line * lineBytes, lineBytes));
        var piece = _piece.AsSpan(0, (int)lines.Count * lineBytes);
        switch (elementBytes)
        {
            case 1: Turn<byte>(piece, along, lines, extent, destination); break;
            case 2: Turn<ushort>(piece, along, lines, extent, destination); break;
            case 4: Turn<uint>(piece, along, lines, extent, destination); break;
            default: Turn<ulong>(piece, along, lines, extent, destination); break;
        }
    }

    static void Turn<T>(ReadOnlySpan<byte> pieceBytes, Axis along, Axis lines, int extent, Span<byte> destinationBytes) where T : unmanaged
    {
        var piece = MemoryMarshal.Cast<byte, T>(pieceBytes);
        var destination = MemoryMarshal.Cast<byte, T>(destinationBytes);
        for (var element = 0; element < along.Count; element++)
        {
            var (from, to) = (element * (int)along.Stride, element * (int)along.Step);
            for (var line = 0; line < lines.Count; line++)
                destination[to + line * (int)lines.Step] = piece[from + line * extent];
        }
    }

    void ReadElements(long element, Span<byte> destination) => _window.Read(start + element * elementBytes, destination);

    /// <param name="Stride">From one element to the next in the storage.</param>
    /// <param name="Step">From one element to the next in the result.</param>
    readonly record struct Axis(long Count, long Stride, long Step);
}

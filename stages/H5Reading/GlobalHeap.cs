using System.Text;

namespace Llava.H5Reading;

/// <summary>Where texts of any length lie, outside of the attributes that hold them.</summary>
static class GlobalHeap
{
    const int HeaderBytes = 16;

    public static string ReadText(Hdf5File file, long collection, long index, int length)
    {
        var header = file.Metadata(collection, HeaderBytes).Expect("GCOL").Skip(4);
        var bytes = header.U64();
        if (bytes < HeaderBytes || bytes > file.Length)
            throw file.Damaged($"the heap at {collection} claims {bytes} bytes");
        var objects = file.Metadata(collection + HeaderBytes, (int)Math.Min(int.MaxValue, bytes - HeaderBytes));
        while (objects.Remaining >= HeaderBytes)
        {
            var number = objects.U16();
            var size = objects.Skip(6).U64();
            if (number == 0 || size < 0 || size > objects.Remaining)
                break;
            if (number == index && length >= 0 && length <= size)
                return Encoding.UTF8.GetString(objects.Take(length));
            objects.Skip((int)Math.Min(objects.Remaining, (size + 7) / 8 * 8));
        }
        throw file.Damaged($"the heap at {collection} has no object {index}");
    }
}

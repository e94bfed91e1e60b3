using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints.Torch;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>Pickles of which each byte asks for an object.</summary>
public sealed class PickleBombTests
{
    const int PickleBytes = 4 << 20;

    [Theory]
    [InlineData("dicts", "}")]
    [InlineData("lists", "]")]
    [InlineData("marks", "(")]
    [InlineData("nothing", "N")]
    [InlineData("remembered", "\u0094")]
    [InlineData("filled dicts", "}NNs")]
    [InlineData("filled lists", "]Na")]
    [InlineData("tuples", "N\u0085")]
    [InlineData("numbers", "M\u00ff\u00ff")]
    [InlineData("sparse memory", "r\u0000\u0000\u0000\u00ff")]
    public void A_pickle_takes_no_more_than_plain_data_of_its_size_would(string what, string repeated)
    {
        byte[] pickle = [.. Encoding.Latin1.GetBytes("\u0080\u0002(N"), .. Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(repeated, PickleBytes / repeated.Length))), (byte)'t', (byte)'.'];
        Read([.. pickle.AsSpan(0, 1000)]); // pays for what is made once
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(pickle);
        var times = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)PickleBytes;
        Assert.True(times < 20, $"{what}: {times:F1} bytes for each of the pickle");
    }

    [Theory]
    [InlineData("}", "dicts")]
    [InlineData("]", "lists")]
    public void One_of_empty_containers_is_refused(string repeated, string name)
    {
        var pickle = Encoding.Latin1.GetBytes($"({string.Concat(Enumerable.Repeat(repeated, PickleBytes))}t.");
        var error = Assert.Throws<DiagnosticException>(() => PickleReader.Read(pickle, $"{name}.bin"));
        Assert.Equal($"{name}.bin: error LLAVA4005: the objects of the pickle would take more than 12 times its {pickle.Length} bytes; tensors and plain data take less", error.Message);
    }

    [Theory]
    [InlineData("a list of numbers", "M\u0010\u0027")]
    [InlineData("pairs", "K\u0001K\u0002\u0086\u0094")]
    [InlineData("lists", "]\u0094(K\u0001K\u0002K\u0003e")]
    [InlineData("truths", "\u0088")]
    [InlineData("numbers with a point", "G\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008")]
    public void Plain_data_of_any_length_is_read(string what, string repeated)
    {
        // As python writes lists: in groups.
        var group = $"({string.Concat(Enumerable.Repeat(repeated, 1000))}e";
        var pickle = Encoding.Latin1.GetBytes($"\u0080\u0004]\u0094{string.Concat(Enumerable.Repeat(group, 1000))}.");
        var list = Assert.IsType<List<object?>>(PickleReader.Read(pickle, what));
        Assert.Equal(1_000_000, list.Count);
    }

    static void Read(byte[] pickle)
    {
        try
        {
            PickleReader.Read(pickle, "bomb.bin");
        }
        catch (DiagnosticException)
        {
        }
    }
}

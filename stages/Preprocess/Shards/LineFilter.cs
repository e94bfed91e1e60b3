using Llava.Contracts.Files;
using Llava.Data.Json;

namespace Llava.Preprocess.Shards;

static class LineFilter
{
    /// <param name="leftOut">Numbers of lines, from 1.</param>
    public static void Copy(string source, string target, HashSet<long> leftOut)
    {
        using var input = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using var output = new AtomicFile(target);
        foreach (var batch in JsonLinesReader.ReadBatches(input, source))
        {
            for (var index = 0; index < batch.Count; index++)
            {
                if (leftOut.Contains(batch.FirstNumber + index))
                    continue;
                output.Stream.Write(batch[index]);
                output.Stream.WriteByte((byte)'\n');
            }
        }
        output.Commit();
    }
}

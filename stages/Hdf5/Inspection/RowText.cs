using System.Globalization;
using System.Text;
using Llava.Data.Hdf5;
using Llava.Data.Tokenization;

namespace Llava.Hdf5.Inspection;

/// <summary>A row as text: runs of tokens of equal masks; a run of one token, as patches and padding are, becomes a count.</summary>
public static class RowText
{
    const int LeastRepetition = 5;

    /// <param name="row">Input ids, loss mask, labels, key padding mask; 4 * max_seq_length values.</param>
    public static IEnumerable<TokenRun> Runs(LlamaTokenizer tokenizer, ReadOnlySpan<int> row)
    {
        var length = row.Length / SampleRow.FeatureCount;
        var (loss, padding) = (row.Slice(length, length).ToArray(), row.Slice(3 * length, length).ToArray());
        // The labels are the inputs one place on, and hold what the inputs end before: the last eos.
        int[] ids = [row[0], .. row.Slice(2 * length, length - 1)];
        var runs = new List<TokenRun>();
        for (int first = 0, next; first < length; first = next)
        {
            var repetition = CountWhile(first, place => ids[place] == ids[first] && Look(place) == Look(first));
            if (repetition >= LeastRepetition)
            {
                next = first + repetition;
                runs.Add(new(string.Create(CultureInfo.InvariantCulture, $" {Name(tokenizer, ids[first])} x {repetition} "), Look(first).HasLoss, Look(first).IsAttended));
                continue;
            }
            next = first + CountWhile(first, place => Look(place) == Look(first) && CountWhile(place, other => ids[other] == ids[place] && Look(other) == Look(place)) < LeastRepetition);
            runs.Add(new(TextOf(tokenizer, ids.AsSpan(first, next - first)), Look(first).HasLoss, Look(first).IsAttended));
        }
        return runs;

        (bool HasLoss, bool IsAttended) Look(int place) => (place > 0 && loss[place - 1] != 0, padding[place] == 0);

        int CountWhile(int from, Func<int, bool> holds)
        {
            var place = from;
            while (place < length && place - from < length && holds(place))
                place++;
            return place - from;
        }
    }

    static string TextOf(LlamaTokenizer tokenizer, ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            if (id >= 0 && id < tokenizer.VocabularySize && tokenizer.Piece(id) is ['<', '0', 'x', var high, var low, '>'])
                bytes.Add(byte.Parse([high, low], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(Name(tokenizer, id)));
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    static string Name(LlamaTokenizer tokenizer, int id) => id >= 0 && id < tokenizer.VocabularySize
        ? tokenizer.Piece(id).Replace(LlamaTokenizer.SpaceMark, ' ')
        : string.Create(CultureInfo.InvariantCulture, $"<{id}?>");
}

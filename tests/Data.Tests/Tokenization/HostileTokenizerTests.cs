using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Data.Tokenization;

namespace Llava.Tests.Data.Tokenization;

/// <summary>Tokenizers of somebody who means harm: refused with a code, or read; never a crash, a hang or gigabytes.</summary>
public sealed class HostileTokenizerTests : IDisposable
{
    const int Mutations = 300;

    readonly string _folder = Directory.CreateTempSubdirectory("llava-tokenizer-").FullName;

    static byte[] Model => File.ReadAllBytes(Path.Combine(GoldenData.Repository, "stages/Demo/Tokenizer/demo.model"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    string Refusal() => Assert.Throws<DiagnosticException>(() => LlamaTokenizer.Load(_folder)).Message;

    [Fact]
    public void A_model_that_claims_gigabytes_is_refused_before_they_are_asked_for()
    {
        // One piece of 2^40 bytes, and the few that there are.
        var path = Write("tokenizer.model", [0x0A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, .. "abc"u8]);
        Assert.Equal($"{path}: error LLAVA3021: not a SentencePiece model: it ends in the middle of a field", Refusal());
    }

    [Fact]
    public void A_piece_without_end_is_refused()
    {
        var text = Encoding.UTF8.GetBytes(new string('a', 1 << 20));
        byte[] body = [0x0A, .. Varint(text.Length), .. text];
        var path = Write("tokenizer.model", [.. Model, 0x0A, .. Varint(body.Length), .. body]);
        Assert.Equal($"{path}: error LLAVA3021: more than 1048576 pieces, or one of more than 1024 characters", Refusal());
    }

    [Theory]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"<unk>": 0, "a": 2000000000}, "merges": []}}""")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"<unk>": 0, "a": -1}, "merges": []}}""")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"<unk>": 0, "a": 2147483647}, "merges": []}}""")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"<unk>": 0, "a": 1, "a": 2}, "merges": []}}""")]
    [InlineData("tokenizer.json", """{"model": {"type": "BPE", "vocab": {"<unk>": 0, "a": 1}, "merges": ["a a"]}}""")]
    [InlineData("added_tokens.json", """{"<image>": 2000000000}""")]
    [InlineData("added_tokens.json", """{"<image>": -5}""")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"99999999999999": {"content": "x"}}}""")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder": {"7": {"content": null}}}""")]
    public void Ids_and_merges_that_cannot_be_are_refused(string name, string text)
    {
        if (name != "tokenizer.json")
            Write("tokenizer.model", Model);
        var path = Write(name, Encoding.UTF8.GetBytes(text));
        Assert.StartsWith($"{path}: error LLAVA3021: ", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_that_lead_back_to_themselves_end()
    {
        // A merge makes the piece of both texts, which is longer than either: nothing else can be written down.
        Write("tokenizer.json", """{"model": {"type": "BPE", "unk_token": "<unk>", "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "a": 3, "aa": 4, "aaaa": 5}, "merges": ["a a", "aa aa", "a a", "aa aa"]}}"""u8.ToArray());
        Assert.Equal(250_000, LlamaTokenizer.Load(_folder).Encode(new string('a', 1_000_000)).Length);
    }

    [Fact]
    public void A_model_that_is_cut_off_or_has_bytes_changed_never_crashes()
    {
        var (model, random) = (Model, new Random(20261124));
        for (var number = 0; number < Mutations; number++)
        {
            var mutated = number % 3 == 0 ? model[..random.Next(model.Length)] : [.. model];
            for (var change = random.Next(1, 8); change > 0 && mutated.Length > 0; change--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            Write("tokenizer.model", mutated);
            try
            {
                LlamaTokenizer.Load(_folder).Encode("How many bars are there, 12 or \u00e9\U0001f600?");
            }
            catch (DiagnosticException refused)
            {
                Assert.Matches("error LLAVA302[12]: ", refused.Message);
            }
        }
    }

    [Fact]
    public void A_tokenizer_folder_may_be_a_link_and_so_may_its_files()
    {
        Write("tokenizer.model", Model);
        var (linked, files) = (Path.Combine(_folder, "linked"), Directory.CreateDirectory(Path.Combine(_folder, "files")).FullName);
        Directory.CreateSymbolicLink(linked, _folder);
        File.CreateSymbolicLink(Path.Combine(files, "tokenizer.model"), Path.Combine(_folder, "tokenizer.model"));
        var expected = LlamaTokenizer.Load(_folder).Encode("bars");
        Assert.All([linked, files], folder => Assert.Equal(expected, LlamaTokenizer.Load(folder).Encode("bars")));
    }

    static byte[] Varint(int number)
    {
        var bytes = new List<byte>();
        for (; number > 0x7F; number >>= 7)
            bytes.Add((byte)(number | 0x80));
        return [.. bytes, (byte)number];
    }
}

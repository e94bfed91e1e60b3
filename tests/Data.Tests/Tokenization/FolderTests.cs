using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Data.Tokenization;

namespace Llava.Tests.Data.Tokenization;

public sealed class FolderTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("tokenizer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_without_a_tokenizer_is_a_coded_error() => AssertFails(
        $"{_folder}: error LLAVA3020: no tokenizer here: neither tokenizer.model nor tokenizer.json");

    [Fact]
    public void A_pointer_file_instead_of_a_model_is_a_coded_error()
    {
        var path = Write("tokenizer.model", "version https://git-lfs.github.com/spec/v1\n");
        AssertFails($"{path}: error LLAVA3021: not a SentencePiece model: field 14 has the unknown wire type 6");
    }

    [Fact]
    public void A_unigram_model_is_refused()
    {
        var path = WriteBytes("tokenizer.model", [.. Piece("<unk>", kind: 2), 0x12, 2, 0x18, 1]);
        AssertFails($"{path}: error LLAVA3022: a SentencePiece model of type 'unigram'; only 'bpe' is read (spm_train --model_type=bpe)");
    }

    [Fact]
    public void A_byte_level_tokenizer_json_is_refused()
    {
        var path = Write("tokenizer.json", """{"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""");
        AssertFails($$"""{{path}}: error LLAVA3022: pre-tokenizer {"type": "ByteLevel"}; only Metaspace without splitting is read""");
    }

    [Theory]
    [InlineData("\"a b\", \"ab c\"")]
    [InlineData("[\"a\", \"b\"], [\"ab\", \"c\"]")]
    public void A_fast_tokenizer_is_read_with_its_merges_and_its_added_tokens(string merges)
    {
        WriteFast(merges, """{"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""", "null");
        var tokenizer = LlamaTokenizer.Load(_folder);
        Assert.Equal([3, 8, 3, 2, 9], tokenizer.Encode("abc </s><pic>"));
        Assert.Equal((1, 2, 2, 10), (tokenizer.BosId, tokenizer.EosId, tokenizer.PadId, tokenizer.VocabularySize));
    }

    [Fact]
    public void Metaspace_puts_the_space_before_the_first_part_only()
    {
        WriteFast("\"a b\"", "null", """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}""");
        var tokenizer = LlamaTokenizer.Load(_folder);
        Assert.Equal([3, 7, 9, 7], tokenizer.Encode("ab<pic>ab"));
        Assert.Equal([3, 7], tokenizer.Encode(" ab"));
    }

    [Fact]
    public void The_token_list_of_the_config_outranks_the_older_map()
    {
        WriteFast("\"a b\"", "null", """{"type": "Metaspace", "prepend_scheme": "always", "split": false}""");
        Write("special_tokens_map.json", """{"pad_token": "c", "eos_token": {"content": "</s>"}}""");
        Assert.Equal(6, LlamaTokenizer.Load(_folder).PadId);
        Write("tokenizer_config.json", """{"added_tokens_decoder": {"0": {"content": "<unk>"}}, "pad_token": "<unk>"}""");
        Assert.Equal(0, LlamaTokenizer.Load(_folder).PadId);
    }

    [Fact]
    public void An_added_token_enlarges_the_vocabulary_and_decodes_as_itself()
    {
        WriteFast("\"a b\"", "null", """{"type": "Metaspace", "prepend_scheme": "always", "split": false}""");
        Write("added_tokens.json", """{"<image>": 12}""");
        var tokenizer = LlamaTokenizer.Load(_folder);
        Assert.Equal(13, tokenizer.VocabularySize);
        Assert.Equal([3, 4, 12], tokenizer.Encode("a<image>"));
        Assert.Equal("a<image>", tokenizer.Decode([3, 4, 12]));
    }

    [Fact]
    public void Without_byte_fallback_unknown_characters_in_a_row_are_one_token()
    {
        WriteFast("\"a b\"", "null", """{"type": "Metaspace", "prepend_scheme": "always", "split": false}""");
        List<int> ids = [0];
        LlamaTokenizer.Load(_folder).Encode("xyz ab?!", ids);
        Assert.Equal([0, 3, 0, 3, 7, 0], ids);
    }

    [Theory]
    [InlineData("  a  b ", new[] { 4, 5, 4, 6 })]
    [InlineData("a\u2581", new[] { 4, 5 })]
    [InlineData("   ", new int[0])]
    public void A_model_that_removes_extra_spaces_does(string text, int[] expected)
    {
        byte[] bpe = [0x12, 2, 0x18, 2];
        byte[][] parts = [Piece("<unk>", 2), Piece("<s>", 3), Piece("</s>", 3), Piece("x", 1), Piece("\u2581", 1), Piece("a", 1), Piece("b", 1), bpe];
        WriteBytes("tokenizer.model", [.. parts.SelectMany(part => part)]);
        Assert.Equal(expected, LlamaTokenizer.Load(_folder).Encode(text));
    }

    void WriteFast(string merges, string normalizer, string preTokenizer) => Write("tokenizer.json", $$$$"""
        {"added_tokens": [{"id": 2, "content": "</s>", "normalized": false, "special": true}, {"id": 9, "content": "<pic>", "normalized": false, "special": true}],
         "normalizer": {{{{normalizer}}}}, "pre_tokenizer": {{{{preTokenizer}}}},
         "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "merges": [{{{{merges}}}}],
          "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "▁": 3, "a": 4, "b": 5, "c": 6, "ab": 7, "abc": 8}}}
        """);

    static byte[] Piece(string text, byte kind)
    {
        var name = Encoding.UTF8.GetBytes(text);
        byte[] body = [0x0A, (byte)name.Length, .. name, 0x18, kind];
        return [0x0A, (byte)body.Length, .. body];
    }

    string Write(string name, string content) => WriteBytes(name, Encoding.UTF8.GetBytes(content));

    string WriteBytes(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    void AssertFails(string message) => Assert.Equal(message, Assert.Throws<DiagnosticException>(() => LlamaTokenizer.Load(_folder)).Message);
}

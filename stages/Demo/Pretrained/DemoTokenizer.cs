namespace Llava.Demo.Pretrained;

/// <summary>The SentencePiece model of 512 pieces that <c>Tokenizer/train_tokenizer.sh</c> made; part of this assembly.</summary>
static class DemoTokenizer
{
    public static byte[] ModelBytes()
    {
        using var resource = typeof(DemoTokenizer).Assembly.GetManifestResourceStream("demo.model")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}

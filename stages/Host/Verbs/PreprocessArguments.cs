using System.CommandLine;
using Llava.Contracts.Files;
using Llava.Preprocess;
using Llava.Preprocess.Verification;

namespace Llava.Host.Verbs;

/// <summary>What <c>preprocess</c> and <c>json2jsonl</c> both take.</summary>
sealed class PreprocessArguments
{
    readonly Option<string?> _imagePrefix = new("--image-prefix") { Description = "what stands before a picture's name in the samples; parquet sets need it, json2jsonl puts it before the names of the arrays" };
    readonly Option<string?> _imageRoot = new("--image-root") { Description = "the folder that the samples' image paths start from: their pictures are looked at there, and a sample without a good one is left out" };
    readonly Option<PictureVerification> _verifyImages = new("--verify-images") { Description = "how pictures are looked at: none; header: they exist and begin like pictures; full: they are decoded", DefaultValueFactory = _ => PictureVerification.Header };
    readonly Option<string?> _codeVersion = new("--code-version") { Description = "files converted under another code version are converted again (default: that of the program)" };

    readonly Option<double> _maximumQuarantine = new("--max-quarantine")
    {
        Description = "the share of samples that may be unusable, 0 to 1",
        DefaultValueFactory = _ => QuarantineLedger.DefaultMaximumShare,
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _imagePrefix, _imageRoot, _verifyImages, _maximumQuarantine, _codeVersion })
            command.Add(option);
    }

    public PreprocessOptions Apply(ParseResult parsed, PreprocessOptions options) => options with
    {
        ImagePrefix = parsed.GetValue(_imagePrefix),
        ImageRoot = parsed.GetValue(_imageRoot),
        VerifyImages = parsed.GetValue(_verifyImages),
        MaximumQuarantineShare = parsed.GetValue(_maximumQuarantine),
        CodeVersion = parsed.GetValue(_codeVersion),
    };
}

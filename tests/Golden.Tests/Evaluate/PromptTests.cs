using System.Text.Json;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Data.Hdf5;
using Llava.Data.Images;
using Llava.Data.Tokenization;
using Llava.Generate.Prompts;
using Llava.Golden.Tests.Model;
using Llava.Golden.Tests.Tokenization;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Documents;
using Llava.Hdf5.Features;

namespace Llava.Golden.Tests.Evaluate;

/// <summary>Prompts of LLaVA and of ModelZoo side by side.</summary>
public sealed class PromptTests
{
    const string Part = "model";
    const int Patches = 16;

    [Fact]
    public void Questions_have_the_text_and_ids_of_the_reference()
    {
        using var golden = Parity(out var tokenizer);
        Comparison.Each(Part, "parity prompts", golden.RootElement.GetProperty("prompts").EnumerateArray(), item =>
        {
            var turns = VicunaPrompt.Ask(item.GetProperty("question").GetString()!, item.GetProperty("image").GetBoolean());
            Assert.Equal(item.GetProperty("prompt").GetString(), VicunaPrompt.ToText(turns));
            Assert.Equal(item.Integers("infer_ids_legacy_true"), VicunaPrompt.Encode(tokenizer, turns));
            return 1;
        });
    }

    [Fact]
    public void Several_turns_have_the_ids_of_training()
    {
        using var golden = Parity(out var tokenizer);
        Comparison.Each(Part, "parity conversations", [golden.RootElement.GetProperty("multi_turn")], item =>
        {
            var prompt = item.GetProperty("prompt").GetString()!;
            ConversationTurn[] turns = [.. TurnsOf(prompt)];
            Assert.Equal(prompt, VicunaPrompt.ToText(turns));
            Assert.Equal(item.Integers("modelzoo"), VicunaPrompt.Encode(tokenizer, turns));
            return 1;
        });
    }

    [Fact]
    public void A_plain_prompt_has_the_ids_of_the_reference()
    {
        using var golden = Parity(out var tokenizer);
        Comparison.Each(Part, "plain prompts", [golden.RootElement.GetProperty("llava_plain_prompt")], item =>
        {
            Assert.Equal(item[1].EnumerateArray().Select(id => id.GetInt32()), RawPrompt.Encode(tokenizer, item[0].GetString()!));
            return 1;
        });
    }

    [Fact]
    public void A_caption_has_the_row_of_alignment()
    {
        using var golden = Parity(out var tokenizer);
        Comparison.Each(Part, "alignment rows", [golden.RootElement.GetProperty("phase1_example")], item =>
        {
            var length = item.GetProperty("text_input_ids").GetArrayLength();
            var caption = item.Integers("labels").Where((_, position) => item.Integers("loss_mask")[position] == 1).SkipLast(1).Select(tokenizer.Piece); // without </s>
            var config = Config(SetupSection.PhaseOne, length);
            var (tokens, row) = (new TokenSequence(), new int[SampleRow.LengthOf(length)]);
            Assert.Null(new PhaseOneFeatures(config, new SampleTokens(config, tokenizer)).Build(Document("<image>", TextOf(caption)), tokens));
            tokens.WriteTo(row, tokenizer.PadId, invertLoss: false);
            Assert.Equal([.. item.Integers("text_input_ids"), .. item.Integers("loss_mask"), .. item.Integers("labels"), .. item.Integers("key_padding_mask")], row);
            return 1;
        });
    }

    [Fact]
    public void A_picture_after_the_question_comes_before_it_in_training()
    {
        using var golden = Parity(out var tokenizer);
        Comparison.Each(Part, "pictures behind questions", [golden.RootElement.GetProperty("image_last_modelzoo")], item =>
        {
            var config = Config(SetupSection.PhaseTwo, 64);
            var (features, tokens) = (new PhaseTwoFeatures(config, new SampleTokens(config, tokenizer)), new TokenSequence());
            // Behind the space of "USER: " and the picture: the question, a line break, the answer.
            var turn = TextOf(item.EnumerateArray().Skip(2).Select(piece => piece.GetString()!)).Split("\n ASSISTANT: ");
            Assert.Null(features.Build(Document($"{turn[0]}\n<image>", turn[1]), tokens));
            // The reference shows the row between the two ends of "USER: … </s>", its patches as one.
            int[] shown = [.. tokens.Inputs[(features.ImagePatchStart!.Value - 1)..]];
            string[] pieces = [tokenizer.Piece(shown[0]), "<IMG>", .. shown[(1 + Patches)..].Select(tokenizer.Piece)];
            Assert.All(shown[1..(1 + Patches)], id => Assert.Equal(tokenizer.PadId, id));
            Assert.Equal(item.EnumerateArray().Select(piece => piece.GetString()), pieces);
            return 1;
        });
    }

    [Fact]
    public void A_text_only_sample_gets_the_black_picture_of_the_reference()
    {
        using var golden = Parity(out _);
        var pipeline = ClipPreprocessorConfig.Load(new ModelFolder("").Require("hf_in/image_model/preprocessor_config.json")).CreateImagePipeline(padsToSquare: true);
        var values = new float[pipeline.ValueCount];
        pipeline.Blank(values);
        Comparison.Each(Part, "black pictures", [golden.RootElement.GetProperty("text_only_dummy_image_values")], item =>
        {
            var expected = item.EnumerateArray().Select(value => (float)value.GetDouble()).ToArray();
            Assert.Equal(expected, values.Chunk(pipeline.Height * pipeline.Width).Select(plane => plane.Distinct().Single()));
            return expected.Length;
        });
    }

    static string TextOf(IEnumerable<string> pieces) => string.Concat(pieces).Replace("<0x0A>", "\n", StringComparison.Ordinal).Replace('\u2581', ' ').TrimStart(' ');

    static LlavaDocument Document(string prompt, string completion) => new("picture.png", ImageIsFolder: false, [(prompt, completion)], Characters: 0, Utf8Bytes: 0);

    static Hdf5Config Config(string processor, int length) => new()
    {
        Setup = new SetupSection { InputDir = new ConfigScalar("setup.input_dir", new SourceLocation(""), "", IsQuoted: true), OutputDir = "", DatasetProcessor = processor },
        Processing = new ProcessingSection { TokenizerType = "HuggingFaceTokenizer", HuggingfaceTokenizer = "", MaxSeqLength = length },
        Dataset = new DatasetSection { MultiTurnKey = "conversations", ImageKey = "image", ImageDir = "", NumPatches = Patches, SystemPromptStyle = "vicuna_v1", PromptPrefix = "USER:", CompletionPrefix = "ASSISTANT:" },
    };

    static JsonDocument Parity(out LlamaTokenizer tokenizer)
    {
        tokenizer = TokenizerFolders.Load(TokenizerFolders.WithPad);
        return JsonDocument.Parse(File.ReadAllText(GoldenSet.Require($"{Part}/preprocess_parity.json")));
    }

    static IEnumerable<ConversationTurn> TurnsOf(string prompt) => prompt.Split("USER: ").Skip(1).Select(turn =>
    {
        var (question, answer) = (turn.Split(" ASSISTANT: ")[0], turn.Split(" ASSISTANT: ")[1].Replace("</s>", "", StringComparison.Ordinal));
        var hasImage = question.StartsWith("<image>\n", StringComparison.Ordinal);
        return new ConversationTurn(hasImage ? question["<image>\n".Length..] : question, answer, hasImage);
    });
}

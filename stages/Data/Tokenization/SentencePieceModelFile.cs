using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Data.Tokenization;

/// <summary>Reads SentencePiece's <c>tokenizer.model</c> (protobuf <c>ModelProto</c>): BPE models with identity normalisation.</summary>
internal static class SentencePieceModelFile
{
    const string IdentityNormalisation = "identity";
    static readonly string[] ModelTypes = ["", "unigram", "bpe", "word", "char"];

    public static TokenizerDefinition Read(string path)
    {
        var model = Parse(path);
        ThrowIfUnsupported(path, model);
        var pieces = model.Pieces;
        var symbols = MergeDerivation.WithLooseCharacters(pieces);
        return new TokenizerDefinition(
            path,
            symbols,
            pieces.Count,
            MergeDerivation.FromScores(symbols),
            new WhitespaceRule(model.AddDummyPrefix ? PrefixRule.EveryPart : PrefixRule.None, model.RemoveExtraWhitespaces),
            model.ByteFallback,
            pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown),
            UserDefined(pieces));
    }

    static Content Parse(string path)
    {
        try
        {
            var content = new Content();
            var message = new ProtobufReader(File.ReadAllBytes(path));
            while (message.Next())
                content.Take(message);
            return content;
        }
        catch (InvalidDataException problem)
        {
            throw ErrorCatalog.BadTokenizer.Fails(path, $"not a SentencePiece model: {problem.Message}");
        }
    }

    static void ThrowIfUnsupported(string path, Content model)
    {
        if (!model.Pieces.Exists(piece => piece.Kind == PieceKind.Unknown))
            throw ErrorCatalog.BadTokenizer.Fails(path, "not a SentencePiece model: it has no unknown piece");
        if (model.Pieces.Count > VocabularyLimits.MostTokens || model.Pieces.Exists(piece => piece.Text.Length > VocabularyLimits.LongestPiece))
            throw ErrorCatalog.BadTokenizer.Fails(path, $"more than {VocabularyLimits.MostTokens} pieces, or one of more than {VocabularyLimits.LongestPiece} characters");
        if (model.Type != "bpe")
            throw ErrorCatalog.UnsupportedTokenizer.Fails(path, $"a SentencePiece model of type '{model.Type}'; only 'bpe' is read (spm_train --model_type=bpe)");
        if (model.HasCharacterMap)
            throw ErrorCatalog.UnsupportedTokenizer.Fails(path, $"a SentencePiece model that normalises by '{model.Normalisation}'; only '{IdentityNormalisation}' is read (spm_train --normalization_rule_name={IdentityNormalisation})");
        if (!model.EscapeWhitespaces || model.WhitespaceAsSuffix)
            throw ErrorCatalog.UnsupportedTokenizer.Fails(path, "a SentencePiece model that does not mark the space before a word");
        if (model.Pieces.Exists(piece => piece.Kind == PieceKind.Unused))
            throw ErrorCatalog.UnsupportedTokenizer.Fails(path, "a SentencePiece model with pieces marked as unused");
    }

    static List<AddedToken> UserDefined(List<VocabularyPiece> pieces) =>
        [.. pieces.Index().Where(entry => entry.Item.Kind == PieceKind.UserDefined)
            .Select(entry => new AddedToken(entry.Index, entry.Item.Text, entry.Item.Text, Normalized: true, Special: false))];

    /// <summary>The fields of <c>ModelProto</c>, <c>TrainerSpec</c> and <c>NormalizerSpec</c> that change ids, with their defaults.</summary>
    sealed class Content
    {
        public List<VocabularyPiece> Pieces { get; } = [];
        public string Type { get; private set; } = "unigram";
        public bool ByteFallback { get; private set; }
        public bool WhitespaceAsSuffix { get; private set; }
        public string Normalisation { get; private set; } = "";
        public bool HasCharacterMap { get; private set; }
        public bool AddDummyPrefix { get; private set; } = true;
        public bool RemoveExtraWhitespaces { get; private set; } = true;
        public bool EscapeWhitespaces { get; private set; } = true;

        public void Take(ProtobufReader field)
        {
            switch (field.Number)
            {
                case 1: Pieces.Add(ReadPiece(new ProtobufReader(field.Bytes))); break;
                case 2: ReadTrainerSpec(new ProtobufReader(field.Bytes)); break;
                case 3: ReadNormalizerSpec(new ProtobufReader(field.Bytes)); break;
            }
        }

        static VocabularyPiece ReadPiece(ProtobufReader field)
        {
            var (text, score, kind) = ("", 0f, PieceKind.Normal);
            while (field.Next())
            {
                switch (field.Number)
                {
                    case 1: text = Encoding.UTF8.GetString(field.Bytes); break;
                    case 2: score = field.Single; break;
                    case 3: kind = (PieceKind)field.Scalar; break;
                }
            }
            return new VocabularyPiece(text, score, kind);
        }

        void ReadTrainerSpec(ProtobufReader field)
        {
            while (field.Next())
            {
                switch (field.Number)
                {
                    case 3: Type = field.Scalar < (ulong)ModelTypes.Length ? ModelTypes[field.Scalar] : $"{field.Scalar}"; break;
                    case 24: WhitespaceAsSuffix = field.Boolean; break;
                    case 35: ByteFallback = field.Boolean; break;
                }
            }
        }

        void ReadNormalizerSpec(ProtobufReader field)
        {
            while (field.Next())
            {
                switch (field.Number)
                {
                    case 1: Normalisation = Encoding.UTF8.GetString(field.Bytes); break;
                    case 2: HasCharacterMap = !field.Bytes.IsEmpty; break;
                    case 3: AddDummyPrefix = field.Boolean; break;
                    case 4: RemoveExtraWhitespaces = field.Boolean; break;
                    case 5: EscapeWhitespaces = field.Boolean; break;
                }
            }
        }
    }
}

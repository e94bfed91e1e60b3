using System.Text;

namespace Llava.Evaluate.Scoring;

/// <summary>
/// The answer normalisation of the VQA challenges (VQAv2, VizWiz, TextVQA): lower case, number words as digits, no articles,
/// apostrophes of contractions put back, punctuation removed. Its oddities count too, since published scores have them:
/// only the first 32 periods go, and "'s" becomes a word.
/// Source: EvalAIAnswerProcessor of the LLaVA repository, llava/eval/m4c_evaluator.py.
/// </summary>
static class EvalAiAnswer
{
    const string Punctuation = ";/[]\"{}()=+\\_-><@`!";
    // re.UNICODE stands where the reference's sub() takes its count.
    const int RemovedPeriods = 32;

    static readonly HashSet<string> Articles = ["a", "an", "the"];

    static readonly Dictionary<string, string> Numbers = new()
    {
        ["none"] = "0", ["zero"] = "0", ["one"] = "1", ["two"] = "2", ["three"] = "3", ["four"] = "4", ["five"] = "5",
        ["six"] = "6", ["seven"] = "7", ["eight"] = "8", ["nine"] = "9", ["ten"] = "10",
    };

    static readonly Dictionary<string, string> Contractions = WithoutOneApostrophe("""
        'ow's'at 'twas ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't haven't he'd
        he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am might've mightn't mightn't've must've mustn't needn't
        not've o'clock oughtn't shan't she'd've should've shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd
        someone'd've someone'll someone's something'd something'd've something'll that's there'd there'd've there're there's
        they'd they'd've they'll they're they've wasn't we'd've we've weren't what'll what're what's what've when's where'd
        where's where've who'd who'd've who'll who's who've why'll why're why's won't would've wouldn't wouldn't've y'all
        y'all'd've y'all'll you'd you'd've you'll you're you've
        """);

    public static string Normalise(string answer)
    {
        var text = PythonText.Lower(answer).Replace(",", "").Replace("?", "").Replace("'s", " 's");
        text = PythonText.Strip(PythonText.Strip(text).Replace('\n', ' ').Replace('\t', ' '));
        return NormaliseWords(RemovePeriods(RemovePunctuation(text)));
    }

    // A mark that stands beside a space anywhere in the text vanishes everywhere in it; otherwise it becomes a space.
    static string RemovePunctuation(string text)
    {
        var result = text;
        foreach (var mark in Punctuation)
        {
            var standsBesideSpace = text.Contains($"{mark} ", StringComparison.Ordinal) || text.Contains($" {mark}", StringComparison.Ordinal);
            result = result.Replace(mark.ToString(), standsBesideSpace ? "" : " ");
        }
        return result;
    }

    static string RemovePeriods(string text)
    {
        var result = new StringBuilder(text.Length);
        var removed = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var goes = text[i] == '.' && removed < RemovedPeriods && !(i + 1 < text.Length && char.IsDigit(text[i + 1]));
            if (goes)
                removed++;
            else
                result.Append(text[i]);
        }
        return result.ToString();
    }

    static string NormaliseWords(string text) => string.Join(' ', PythonText.SplitWords(PythonText.Lower(text))
        .Select(word => Numbers.GetValueOrDefault(word, word))
        .Where(word => !Articles.Contains(word))
        .Select(word => Contractions.GetValueOrDefault(word, word)));

    static Dictionary<string, string> WithoutOneApostrophe(string words)
    {
        // One entry of the reference's table runs the other way.
        var table = new Dictionary<string, string> { ["somebody'd"] = "somebodyd" };
        foreach (var word in words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            for (var i = word.IndexOf('\''); i >= 0; i = word.IndexOf('\'', i + 1))
                table[word.Remove(i, 1)] = word;
        }
        return table;
    }
}

using System.Text.RegularExpressions;

namespace Descent.Landscapes.Interface.Calculations;

/// <summary>ASCII formulas and sentences as mathematics prints them.</summary>
internal static partial class Notation
{
    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["eta"] = "η",
        ["theta"] = "θ",
        ["beta"] = "β",
        ["lambda"] = "λ",
        ["rho"] = "ρ",
        ["eps"] = "ε",
        ["sigma"] = "σ",
        ["kappa"] = "κ",
        ["mu"] = "μ",
        ["gamma"] = "γ",
        ["pi"] = "π",
        ["mHat"] = "m̂",
        ["vHat"] = "v̂",
        ["rhoMax"] = "ρ∞",
        ["log"] = "ln",
        ["sqrt"] = "√",
    };

    private static readonly Dictionary<string, string> Methods = new(StringComparer.Ordinal)
    {
        ["sgd"] = "SGD",
        ["adam"] = "Adam",
        ["adamw"] = "AdamW",
        ["adagrad"] = "AdaGrad",
        ["rmsprop"] = "RMSProp",
        ["pytorch"] = "PyTorch",
        ["lars"] = "LARS",
        ["lamb"] = "LAMB",
        ["ema"] = "EMA",
    };

    /// <summary>beta1 becomes β₁.</summary>
    public static string Symbol(string name)
    {
        var letters = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return Letters.GetValueOrDefault(letters, letters) + string.Concat(name[letters.Length..].Select(digit => (char)('₀' + digit - '0')));
    }

    /// <summary><c>x0 - eta*g^2</c> becomes x₀ − η · g², with names replaced as asked.</summary>
    public static string Formula(string formula, Func<string, string> replace)
    {
        var text = Name().Replace(formula, match => replace(match.Value));
        text = Operator().Replace(Raised(text), match => match.Value.Trim() switch { "*" => " · ", "-" => " − ", var other => $" {other} " });
        return Sign().Replace(text, match => match.Groups[1].Value is "," ? ", −" : $"{match.Groups[1].Value}−");
    }

    /// <summary>The names in a formula.</summary>
    public static IEnumerable<string> Names(string formula) => Name().Matches(formula).Select(match => match.Value);

    /// <summary>A formula with other names.</summary>
    public static string Rename(string formula, Func<string, string> replace) => Name().Replace(formula, match => replace(match.Value));

    /// <summary>A sentence that was written in ASCII, with Greek letters; the texts are called texts.</summary>
    public static string Sentence(string text) => Minus().Replace(Seed().Replace(GreekWord().Replace(Raised(text), match => Symbol(match.Value)), match => match.Value[0] is 'S' ? "Text" : "text"), "−");

    /// <summary>stepsToHalve becomes "steps to halve".</summary>
    public static string Label(string key) => char.IsUpper(key[0])
        ? key
        : Method().Replace(Hump().Replace(key.Replace('_', ' '), match => $" {match.Value.ToLowerInvariant()}"), match => Methods[match.Value]);

    private static string Raised(string text) => Exponent().Replace(text, match => string.Concat(match.Groups[1].Value.Select(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0'])));

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(@"\^(\d+)(?![\d.])")]
    private static partial Regex Exponent();

    [GeneratedRegex(@"\s*[-+*/]\s*")]
    private static partial Regex Operator();

    [GeneratedRegex(@"(^|[(^,]) − ")]
    private static partial Regex Sign();

    [GeneratedRegex(@"\b(eta|theta|beta|lambda|sigma|kappa|rho|mu)[12]?\b")]
    private static partial Regex GreekWord();

    [GeneratedRegex(@"\b[Ss]eed(?=s?\b)")]
    private static partial Regex Seed();

    [GeneratedRegex(@"(?<![\w)])-(?=\d)")]
    private static partial Regex Minus();

    [GeneratedRegex(@"\b(sgd|adam|adamw|adagrad|rmsprop|pytorch|lars|lamb|ema)\b")]
    private static partial Regex Method();

    [GeneratedRegex(@"(?<=[A-Za-z0-9])[A-Z]")]
    private static partial Regex Hump();
}

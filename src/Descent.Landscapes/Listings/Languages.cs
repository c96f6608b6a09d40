namespace Descent.Landscapes.Listings;

internal sealed class CSharp : Language
{
    public override string Id => "csharp";

    protected override string Comment => "//";

    protected override string End => ";";

    protected override string? Close => "}";

    protected override string Pi => "Math.PI";

    protected override string Around(string body) => $"using System;\n\n{body}";

    protected override string New(Let let) => $"{(let.IsConstant ? "const " : "")}double {Named(let.Symbol)}";

    protected override string New(Vector vector) => $"double[] {Named(vector.Symbol)}";

    protected override string[] Head(Repeat repeat) => repeat.CountsSteps
        ? [$"for (double t = 1; t <= {repeat.Times}; t++)", "{"]
        : [$"for (var {repeat.Counter} = 0; {repeat.Counter} < {repeat.Times}; {repeat.Counter}++)", "{"];

    protected override string[] Head(When branch) => [$"if ({Say(branch.Test)})", "{"];

    protected override string Say(Print print) => $"Console.WriteLine($\"{string.Join(", ", print.Parts.Select(part => $"{part.Label} = {{{Say(part.Value)}}}"))}\")";

    protected override string Raised(Power power) => power is { Base: Name or Element, Exponent: Literal { Text: "2" } }
        ? $"({Say(power.Base)} * {Say(power.Base)})"
        : $"Math.Pow({Say(power.Base)}, {Say(power.Exponent)})";

    protected override string Chosen(Choice choice) => $"{Say(choice.Test, Strength.Test)} ? {Say(choice.Then, Strength.Test)} : {Say(choice.Otherwise, Strength.Test)}";

    protected override string Function(string function) => function switch
    {
        "√" => "Math.Sqrt",
        "∛" => "Math.Cbrt",
        "|" => "Math.Abs",
        _ => $"Math.{char.ToUpperInvariant(function[0])}{function[1..]}",
    };

    protected override string Named(string symbol)
    {
        var words = Letters.Of(symbol);
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}

internal sealed class Python : Language
{
    public override string Id => "python";

    protected override string Comment => "#";

    protected override string End => "";

    protected override string? Close => null;

    protected override string Pi => "math.pi";

    protected override string Around(string body) =>
        (body.Contains("math.", StringComparison.Ordinal) ? "import math\n\n" : "\n")
        + (body.Contains("sign(", StringComparison.Ordinal) ? "\ndef sign(x):\n    return (x > 0) - (x < 0)\n\n\n" : "")
        + body;

    protected override string New(Let let) => Named(let.Symbol);

    protected override string New(Vector vector) => Named(vector.Symbol);

    protected override string[] Head(Repeat repeat) => [repeat.CountsSteps ? $"for t in range(1, {repeat.Times + 1}):" : $"for {repeat.Counter} in range({repeat.Times}):"];

    protected override string[] Head(When branch) => [$"if {Say(branch.Test)}:"];

    protected override string Say(Print print) => $"print(f\"{string.Join(", ", print.Parts.Select(part => $"{part.Label} = {{{Say(part.Value)}}}"))}\")";

    protected override string Raised(Power power) => $"{Say(power.Base, Strength.Atom)} ** {Say(power.Exponent, Strength.Power)}";

    protected override string Chosen(Choice choice) => $"{Say(choice.Then, Strength.Test)} if {Say(choice.Test, Strength.Test)} else {Say(choice.Otherwise, Strength.Test)}";

    protected override string Entry(Term term) => Fraction(Say(term));

    protected override string Function(string function) => function switch
    {
        "√" => "math.sqrt",
        "∛" => "math.cbrt",
        "|" => "abs",
        "min" or "max" or "sign" => function,
        _ => $"math.{function}",
    };
}

internal sealed class Julia : Language
{
    public override string Id => "julia";

    protected override string Comment => "#";

    protected override string End => "";

    protected override string? Close => "end";

    protected override string Pi => "pi";

    protected override int Depth => 1;

    protected override string Around(string body) => $"function main()\n{body}end\n\nmain()\n";

    protected override string New(Let let) => Named(let.Symbol);

    protected override string New(Vector vector) => Named(vector.Symbol);

    protected override string[] Head(Repeat repeat) => [$"for {repeat.Counter} in 1:{repeat.Times}"];

    protected override string[] Head(When branch) => [$"if {Say(branch.Test)}"];

    protected override string Say(Print print) => $"println(\"{string.Join(", ", print.Parts.Select(part => $"{part.Label} = $({Say(part.Value)})"))}\")";

    protected override string Raised(Power power) => $"{Say(power.Base, Strength.Atom)}^{Say(power.Exponent, Strength.Atom)}";

    protected override string Chosen(Choice choice) => $"{Say(choice.Test, Strength.Test)} ? {Say(choice.Then, Strength.Test)} : {Say(choice.Otherwise, Strength.Test)}";

    protected override string Entry(Term term) => Fraction(Say(term));

    protected override string Place(string index) => char.IsAsciiDigit(index[0]) ? $"{index[0] - '0' + 1}" : index;

    protected override string Function(string function) => function switch
    {
        "√" => "sqrt",
        "∛" => "cbrt",
        "|" => "abs",
        _ => function,
    };
}

internal sealed class Rust : Language
{
    public override string Id => "rust";

    protected override string Comment => "//";

    protected override string End => ";";

    protected override string? Close => "}";

    protected override string Pi => "std::f64::consts::PI";

    protected override int Depth => 1;

    protected override string Around(string body) =>
        (body.Any(char.IsAsciiLetterUpper) ? "#![allow(non_snake_case)]\n" : "")
        + (body.Contains(" sign(", StringComparison.Ordinal) || body.Contains("(sign(", StringComparison.Ordinal) ? "\nfn sign(x: f64) -> f64 {\n    if x == 0.0 { 0.0 } else { x.signum() }\n}\n" : "")
        + $"\nfn main() {{\n{body}}}\n";

    protected override string New(Let let) => $"let {(let.Changes ? "mut " : "")}{Named(let.Symbol)}: f64";

    protected override string New(Vector vector) => $"let {(vector.Changes ? "mut " : "")}{Named(vector.Symbol)}: [f64; {vector.Values.Count}]";

    protected override string[] Head(Repeat repeat) => [repeat.CountsSteps
        ? Uses(repeat.Body, repeat.Counter) ? $"for t in (1..={repeat.Times}).map(f64::from) {{" : $"for _ in 0..{repeat.Times} {{"
        : $"for {(Uses(repeat.Body, repeat.Counter) ? repeat.Counter : "_")} in 0..{repeat.Times} {{"];

    protected override string[] Head(When branch) => [$"if {Say(branch.Test)} {{"];

    protected override string Say(Print print) => $"println!(\"{string.Join(", ", print.Parts.Select(part => $"{part.Label} = {{}}"))}\", {string.Join(", ", print.Parts.Select(part => Say(part.Value)))})";

    protected override string Raised(Power power) => power.Exponent is Literal { Text: "2" or "3" } whole
        ? $"f64::powi({Say(power.Base)}, {whole.Text})"
        : $"f64::powf({Say(power.Base)}, {Say(power.Exponent)})";

    protected override string Chosen(Choice choice) => $"if {Say(choice.Test)} {{ {Say(choice.Then)} }} else {{ {Say(choice.Otherwise)} }}";

    protected override string Number(string text) => Fraction(text);

    protected override string Function(string function) => function switch
    {
        "√" => "f64::sqrt",
        "∛" => "f64::cbrt",
        "|" => "f64::abs",
        "log" => "f64::ln",
        "sign" => "sign",
        _ => $"f64::{function}",
    };

    private static bool Uses(IEnumerable<Statement> body, string counter) => body.Any(statement => statement switch
    {
        Let let => Mentions(let.Value, counter),
        Vector vector => vector.Values.Any(value => Mentions(value, counter)),
        Set set => Mentions(set.Target, counter) || Mentions(set.Value, counter),
        Repeat repeat => Uses(repeat.Body, counter),
        When branch => Mentions(branch.Test, counter) || Uses(branch.Body, counter),
        _ => false,
    });

    private static bool Mentions(Term term, string counter) => term switch
    {
        Name name => name.Symbol == counter,
        Element element => element.Index == counter,
        _ => term.Parts.Any(part => Mentions(part, counter)),
    };
}

using Descent.Optimizers;

namespace Descent.Landscapes.Listings;

/// <summary>
/// Makes a program of equations: which numbers there are per element and which once, what is known before, and in which order it is
/// computed. The equations of a rule are those that the library prints of what runs.
/// </summary>
internal sealed class Script
{
    private readonly Method method;
    private readonly IReadOnlyList<Term> start;
    private readonly IReadOnlyList<Term> curvature;
    private readonly List<Equation> equations = [];
    private readonly Dictionary<string, Term> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> vectors = new(["θ", "g"], StringComparer.Ordinal);
    private readonly HashSet<string> scalars = new(StringComparer.Ordinal);
    private readonly HashSet<string> locals = new(StringComparer.Ordinal);
    private readonly List<Statement> before = [];
    private readonly List<Statement> body = [];
    private readonly List<Statement> perElement = [];
    private readonly List<string> remarks = [];
    private readonly Term evaluation = new Name("θ");

    /// <param name="method">Whose step it is.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="curvature">What estimates of the curvature find, for methods that need them.</param>
    /// <param name="around">Equations before those of the method, of its gradient and its rate.</param>
    /// <param name="known">Numbers that they name.</param>
    /// <exception cref="WordsInEquationException">An equation of the method says something in words.</exception>
    public Script(Method method, IReadOnlyList<Term> start, IReadOnlyList<Term> curvature, IEnumerable<string> around, IEnumerable<(string Symbol, double Value)> known)
    {
        (this.method, this.start, this.curvature) = (method, start, curvature);
        if (method.MethodFor([start.Count]) != method)
        {
            throw new WordsInEquationException("vectors are left to another method");
        }

        foreach (var (symbol, value) in known)
        {
            this.known.Add(symbol, Term.Of(value));
        }

        foreach (var line in around.Concat(MethodEntry.EquationsOf(method)))
        {
            if (line.StartsWith("evaluate at:", StringComparison.Ordinal))
            {
                var point = line["evaluate at: ".Length..];
                remarks.Add($"What is trained is θ; what is used afterwards is {point}.");
                evaluation = EquationReader.Read(point)[0].Value;
                continue;
            }

            Read(line);
        }

        Declare();
        PutDefinitionsIntoBranches();
        FindConstants();
        Order();
    }

    /// <summary>What is there before the first step.</summary>
    public IReadOnlyList<Statement> Before => before;

    /// <summary>A step, after the gradient.</summary>
    public IReadOnlyList<Statement> Step => body;

    /// <summary>Whether the gradient is changed on the way.</summary>
    public bool ChangesGradient => equations.Exists(equation => equation.Target == "g");

    /// <summary>Where the loss is judged: where the method is evaluated.</summary>
    public IReadOnlyList<Term> Point => [.. start.Select((_, i) => OfElement(evaluation, $"{i}"))];

    /// <summary>What is to be said beside it.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    private bool RateIsDefined => equations.Exists(equation => equation.Target == "η" && equation.Value.Count("learning_rate") > 0);

    /// <summary>What the learning rate is called where the program gives it.</summary>
    public string Rate => RateIsDefined ? "learning_rate" : "η";

    /// <summary>A line of one equation or several, which may hold every few steps only, or with an estimate, of which every step has one here.</summary>
    private void Read(string line)
    {
        const string Estimate = "with an estimate", Steps = "every k steps: ";
        var isRare = line.StartsWith(Steps, StringComparison.Ordinal);
        line = isRare ? line[Steps.Length..] : line.Replace($"{Estimate} ĥ: ", "", StringComparison.Ordinal).Replace($" {Estimate}", "", StringComparison.Ordinal);
        foreach (var equation in line.Split("; ").SelectMany(EquationReader.Read))
        {
            Term turns = new Pair('/', new Name("t"), new Name("k"));
            equations.Add(isRare ? equation with { Value = new Choice(new Pair('=', turns, new Call("floor", [turns])), equation.Value, new Name(equation.Target)) } : equation);
        }
    }

    private void Declare()
    {
        before.Add(new Vector("θ", start));
        if (equations.Exists(equation => equation.Value.Count("ĥ") > 0))
        {
            vectors.Add("ĥ");
            before.Add(new Vector("ĥ", curvature) { Changes = false });
            remarks.Add("The estimates of the curvature are exact here.");
        }

        foreach (var slot in method.Rule.State.Where(slot => equations.Exists(equation => equation.Target == slot.Symbol || equation.Value.Count(slot.Symbol) > 0)))
        {
            vectors.Add(slot.Symbol);
            before.Add(new Vector(slot.Symbol, slot.StartsAtParameter ? start : [.. start.Select(_ => Term.Of(slot.Initial))]) { Changes = equations.Exists(equation => equation.Target == slot.Symbol) });
        }

        foreach (var scalar in method.Rule.Scalars.Where(scalar => equations.Exists(equation => equation.Target == scalar.Symbol)))
        {
            scalars.Add(scalar.Symbol);
            before.Add(new Let(scalar.Symbol, Term.Of(scalar.Initial)) { Changes = true });
        }

        // The schedule gives what the method takes for the rate.
        for (var i = 0; RateIsDefined && i < equations.Count; i++)
        {
            if (equations[i].Target == "η" && equations[i].Value.Count("learning_rate") == 0)
            {
                equations[i] = equations[i] with { Target = "learning_rate" };
            }
        }
    }

    /// <summary>A number that is defined for one branch of a choice may have no value in the other: it is computed where it is used.</summary>
    private void PutDefinitionsIntoBranches()
    {
        foreach (var definition in equations.Where(each => each is { IsUpdate: false, IsSum: false, Target: not ("g" or "η" or "learning_rate") }).ToArray())
        {
            if (equations.Sum(each => each.Value.Count(definition.Target)) == 1 && equations.Exists(each => InBranch(each.Value, definition.Target)))
            {
                equations.Remove(definition);
                for (var i = 0; i < equations.Count; i++)
                {
                    equations[i] = equations[i] with { Value = equations[i].Value.Rewrite(term => term is Name name && name.Symbol == definition.Target ? definition.Value : null) };
                }
            }
        }

        static bool InBranch(Term term, string symbol) => term is Choice choice
            ? choice.Then.Count(symbol) + choice.Otherwise.Count(symbol) > 0
            : term.Parts.Any(part => InBranch(part, symbol));
    }

    private void FindConstants()
    {
        var given = equations.Select(equation => equation.Target).Concat(vectors).Concat(scalars).Concat(["t", "π"]).ToHashSet(StringComparer.Ordinal);
        foreach (var symbol in equations.SelectMany(equation => equation.Value.Names()).Where(symbol => !given.Contains(symbol) && !known.ContainsKey(symbol)).Distinct(StringComparer.Ordinal))
        {
            known.Add(symbol, symbol switch
            {
                "η" or "learning_rate" => Term.Of(method.LearningRate.At(0)),
                "λ" => Term.Of(method.WeightDecay.At(0)),
                _ => Option(method, symbol) ?? throw new WordsInEquationException($"{equations.First(equation => equation.Value.Count(symbol) > 0).Target} = … {symbol} …"),
            });
        }

        // What a 0 leaves of an equation is shorter, and the same.
        for (var i = 0; i < equations.Count; i++)
        {
            equations[i] = equations[i] with { Value = equations[i].Value.Rewrite(term => term is Name name && known.TryGetValue(name.Symbol, out var value) && value == Term.Zero ? Term.Zero : null) };
        }

        foreach (var (symbol, value) in known.Where(pair => equations.Exists(equation => equation.Value.Count(pair.Key) > 0)))
        {
            before.Add(new Let(symbol, value) { IsConstant = true });
        }
    }

    /// <summary>The option that has the symbol for its name or in its meaning.</summary>
    private static Term? Option(Method method, string symbol)
    {
        var options = Catalogue.Find(method).Options;
        var option = options.FirstOrDefault(each => each.Name == symbol) ?? options.FirstOrDefault(each => each.Meaning.Split([' ', ',', ':']).Contains(symbol));
        return option is not null
            ? double.TryParse(option.Text(method), out var value) && double.IsFinite(value) ? Term.Of(value) : null
            : options.Where(each => each.IsMethod).Select(each => Option(Catalogue.Parse(each.Text(method)), symbol)).FirstOrDefault(found => found is not null);
    }

    private void Order()
    {
        for (var i = 0; i < equations.Count; i++)
        {
            var equation = equations[i];
            if (equation.IsSum)
            {
                Finish();
                AddSum(equation);
            }
            else if (vectors.Contains(equation.Target))
            {
                perElement.Add(new Set(new Element(equation.Target, "i"), OfElement(equation.Value)));
            }
            else if (equation.Value.Names().Any(symbol => vectors.Contains(symbol) || locals.Contains(symbol)))
            {
                AddPerElement(equation, equations.Skip(i + 1));
            }
            else
            {
                AddOnce(equation);
            }
        }

        Finish();
    }

    /// <summary>A number per element lives in the loop over elements, or in a vector where a later loop needs it.</summary>
    private void AddPerElement(Equation equation, IEnumerable<Equation> later)
    {
        if (equation.IsUpdate)
        {
            throw new WordsInEquationException($"{equation.Target} has no first value");
        }

        if (later.SkipWhile(each => !each.IsSum).Any(each => each.Value.Count(equation.Target) > 0))
        {
            vectors.Add(equation.Target);
            before.Add(new Vector(equation.Target, [.. start.Select(_ => Term.Zero)]));
            perElement.Add(new Set(new Element(equation.Target, "i"), OfElement(equation.Value)));
            return;
        }

        locals.Add(equation.Target);
        perElement.Add(new Let(equation.Target, OfElement(equation.Value)));
    }

    /// <summary>A number that is the same for all elements is computed before the loop over them.</summary>
    private void AddOnce(Equation equation)
    {
        if (!scalars.Contains(equation.Target))
        {
            if (equation.IsUpdate)
            {
                throw new WordsInEquationException($"{equation.Target} has no first value");
            }

            body.Add(new Let(equation.Target, equation.Value));
            return;
        }

        if (perElement.Exists(statement => (statement is Set set && set.Value.Count(equation.Target) > 0) || (statement is Let let && let.Value.Count(equation.Target) > 0)))
        {
            Finish();
        }

        body.Add(new Set(new Name(equation.Target), equation.Value));
    }

    private void AddSum(Equation equation)
    {
        var sum = new Name(equation.Target);
        body.Add(new Let(equation.Target, Term.Zero) { Changes = true });
        body.Add(new Repeat("i", start.Count, [new Set(sum, new Pair('+', sum, OfElement(equation.Value)))]));
        if (equation.IsSquare)
        {
            body.Add(new Set(sum, new Call("√", [sum])));
        }
    }

    private void Finish()
    {
        if (perElement.Count > 0)
        {
            body.Add(new Repeat("i", start.Count, [.. perElement]));
            perElement.Clear();
            locals.Clear();
        }
    }

    private Term OfElement(Term term, string index = "i") => term.Rewrite(each => each is Name name && vectors.Contains(name.Symbol) ? new Element(name.Symbol, index) : null);
}

using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.Optimizers;

/// <summary>All methods by name: one row each. Contract tests, the command line and files read it.</summary>
public static class Catalogue
{
    internal const string NameKey = "method";

    /// <summary>The methods, by year.</summary>
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        MethodEntry.Of<Sgd>(
            "sgd", 1951, "the baseline; with momentum the usual choice for convolutional networks",
            new("Robbins, Monro; Polyak; Sutskever et al.", "On the importance of initialization and momentum in deep learning", "https://proceedings.mlr.press/v28/sutskever13.html", "equations 1-4"),
            "The learning rate stands outside the momentum buffer, which starts as the first, undampened gradient (as in PyTorch)."),
        MethodEntry.Of<AdaGrad>(
            "adagrad", 2011, "sparse features of very different frequency; the rate only ever falls",
            new("Duchi, Hazan, Singer", "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", "https://jmlr.org/papers/v12/duchi11a.html", "section 1.1, diagonal form"),
            "Epsilon stands outside the root by default; an optional decay of the learning rate and start of the sum (as in PyTorch)."),
        MethodEntry.Of<RmsProp>(
            "rmsprop", 2012, "recurrent networks and reinforcement learning; AdaGrad that forgets",
            new("Tieleman, Hinton; Graves", "Lecture 6.5 of Neural Networks for Machine Learning", "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf", "slide 29"),
            "Epsilon outside the root and the learning rate outside the momentum buffer (as in PyTorch); the centered variance is kept from falling below 0 by rounding."),
        MethodEntry.Of<Adam>(
            "adam", 2015, "a robust default where weight decay does not matter",
            new("Kingma, Ba", "Adam: A Method for Stochastic Optimization", "https://arxiv.org/abs/1412.6980", "Algorithm 1"),
            "Weight decay, which the paper does not have, is added to the gradient (as in PyTorch); use AdamW for decay."),
        MethodEntry.Of<AdamW>(
            "adamw", 2019, "the default for most networks, Transformers above all",
            new("Loshchilov, Hutter", "Decoupled Weight Decay Regularization", "https://arxiv.org/abs/1711.05101", "Algorithm 2"),
            "The decay is multiplied by the learning rate (as in common frameworks) unless decay_scaled_by_learning_rate is false."),
        MethodEntry.Of<Lion>(
            "lion", 2023, "half the state of Adam; large batches; a learning rate 3 to 10 times smaller than AdamW's",
            new("Chen et al.", "Symbolic Discovery of Optimization Algorithms", "https://arxiv.org/abs/2302.06675", "Algorithm 2")),
    ];

    /// <summary>The entry of that name, in any case and with <c>-</c> or <c>_</c> ignored.</summary>
    /// <exception cref="DescentException">There is none; the message gives the nearest names.</exception>
    public static MethodEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var wanted = Plain(name);
        return All.FirstOrDefault(entry => Plain(entry.Name) == wanted)
            ?? throw new DescentException(
                $"There is no optimizer '{name}'; the nearest names are {NearestNames.Of(wanted, All.Select(entry => entry.Name))} ('descent optimizers' lists all).");

        static string Plain(string text) => text.Replace("-", "").Replace("_", "").ToLowerInvariant();
    }

    /// <summary>The entry of a method's type.</summary>
    /// <exception cref="DescentException">There is none, because the method is a user's own.</exception>
    public static MethodEntry Find(Method method) => Find(NameOf(method));

    /// <summary>Reads a method as it is written on the command line: <c>adamw</c>, or with options <c>sgd(momentum=0.9, nesterov=true)</c>.</summary>
    /// <exception cref="DescentException">The name, an option or a value is not known or not allowed.</exception>
    public static Method Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var open = text.IndexOf('(');
        if (open < 0)
        {
            return Find(text.Trim()).Default;
        }

        if (!text.TrimEnd().EndsWith(')'))
        {
            throw new DescentException($"The optimizer '{text}' must end with ')' after its options, as in sgd(momentum=0.9).");
        }

        var inside = text[(open + 1)..text.LastIndexOf(')')];
        return Find(text[..open].Trim()).With(SplitOptions(inside).Select(pair =>
        {
            var equals = pair.IndexOf('=');
            return equals > 0
                ? (pair[..equals].Trim(), pair[(equals + 1)..].Trim())
                : throw new DescentException($"The option '{pair.Trim()}' of the optimizer '{text}' must be written as name=value.");
        }));
    }

    /// <summary>All options of a method as JSON, with its name under <c>method</c>; also of a user's own method.</summary>
    public static JsonObject ToJson(Method method)
    {
        var json = new JsonObject { [NameKey] = NameOf(method) };
        foreach (var option in MethodOption.Of(method.GetType()))
        {
            json[option.Name] = option.ToJson(method);
        }

        return json;
    }

    /// <summary>The method's name: that of its entry, or of its type when it is a user's own.</summary>
    public static string NameOf(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return All.FirstOrDefault(entry => entry.Default.GetType() == method.GetType())?.Name ?? method.GetType().FullName!;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; options that are missing keep their defaults.</summary>
    /// <exception cref="DescentException">The name, an option or a value is not known or not allowed.</exception>
    public static Method FromJson(JsonFields json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Find(json.Text(NameKey)).FromJson(json.Json);
    }

    /// <summary>Splits at commas that are not inside parentheses, so that a value may be a schedule.</summary>
    private static IEnumerable<string> SplitOptions(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (!string.IsNullOrWhiteSpace(text[start..i]))
                {
                    yield return text[start..i];
                }

                start = i + 1;
            }
            else if (text[i] is '(' or ')')
            {
                depth += text[i] == '(' ? 1 : -1;
            }
        }
    }
}

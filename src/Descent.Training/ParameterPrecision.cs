using Descent.Engine;

namespace Descent.Training;

/// <summary>What a run's parameters are kept in.</summary>
public enum ParameterFormat
{
    /// <summary>32 bits.</summary>
    Full,

    /// <summary>16 bits with the range of 32 and 8 bits of precision.</summary>
    BFloat16,

    /// <summary>16 bits with 11 bits of precision, from 6·10⁻⁸ to 65,504: gradients need loss scaling.</summary>
    Half,
}

/// <summary>In which precision a run's parameters and gradients are, between the network and the optimizer; the network computes in 32 bits.</summary>
/// <param name="Format">The numbers that the network sees, and to which its gradients are rounded.</param>
/// <param name="Weights">What is kept beside parameters of 16 bits, so that small steps are not lost; of no meaning for 32.</param>
public sealed record ParameterPrecision(ParameterFormat Format = ParameterFormat.Full, WeightFormat Weights = WeightFormat.Master)
{
    private static readonly (string Text, ParameterFormat Format)[] Formats =
        [("float32", ParameterFormat.Full), ("bfloat16", ParameterFormat.BFloat16), ("float16", ParameterFormat.Half)];

    private static readonly (string Text, WeightFormat Weights)[] Kept =
        [("master", WeightFormat.Master), ("compensated", WeightFormat.Compensated), ("stochastic", WeightFormat.Stochastic), ("nearest", WeightFormat.Nearest)];

    private static readonly (string Text, StateFormat Format)[] States =
        [("float32", StateFormat.Full), ("bfloat16", StateFormat.BFloat16), ("bfloat16+stochastic", StateFormat.BFloat16Stochastic), ("8bit", StateFormat.EightBit)];

    /// <summary>What the text form may be.</summary>
    public static string Usage => "float32, bfloat16 or float16, the latter two also with +compensated, +stochastic or +nearest instead of master weights";

    /// <summary>What the text form of a state's format may be.</summary>
    public static string StateUsage => string.Join(" or ", States.Select(item => item.Text));

    /// <summary>Reads the text form: <c>float32</c>, <c>bfloat16</c>, <c>bfloat16+compensated</c>, <c>float16</c>, …</summary>
    /// <exception cref="DescentException">The text is not a precision.</exception>
    public static ParameterPrecision Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('+');
        var format = Array.FindIndex(Formats, item => item.Text == parts[0]);
        var kept = parts.Length == 1 ? 0 : Array.FindIndex(Kept, item => item.Text == parts[1]);
        return format < 0 || kept < 0 || parts.Length > 2 || (parts.Length == 2 && Formats[format].Format == ParameterFormat.Full)
            ? throw new DescentException($"The precision must be {Usage}, but was '{text}'.")
            : new ParameterPrecision(Formats[format].Format, Kept[kept].Weights);
    }

    /// <summary>Reads the text form of a state's format: <c>float32</c>, <c>bfloat16</c>, <c>bfloat16+stochastic</c>, <c>8bit</c>.</summary>
    /// <exception cref="DescentException">The text is none.</exception>
    public static StateFormat ParseState(string text) => Array.FindIndex(States, item => item.Text == text) is >= 0 and var index
        ? States[index].Format
        : throw new DescentException($"The precision of the state must be {StateUsage}, but was '{text}'.");

    /// <summary>The text form of a state's format.</summary>
    public static string Text(StateFormat format) => Array.Find(States, item => item.Format == format).Text;

    /// <summary>The text form.</summary>
    public override string ToString() =>
        Array.Find(Formats, item => item.Format == Format).Text + (Weights == WeightFormat.Master ? "" : "+" + Array.Find(Kept, item => item.Weights == Weights).Text);
}

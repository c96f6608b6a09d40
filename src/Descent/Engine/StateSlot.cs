namespace Descent.Engine;

/// <summary>A named number of state per element, or per row, tensor or group.</summary>
/// <param name="Name">The paper's letter, spelled in ASCII where it is not; state is saved under it.</param>
/// <param name="Initial">The value before the first step.</param>
public readonly record struct StateSlot(string Name, double Initial = 0)
{
    /// <summary>The letter that equations print; the name with an index at its end, when it is not given.</summary>
    public string Symbol
    {
        get
        {
            if (field is not null)
            {
                return field;
            }

            var letters = Name.TrimEnd([.. "0123456789"]);
            return letters + string.Concat(Name[letters.Length..].Select(digit => (char)('₀' + (digit - '0'))));
        }
        init;
    }

    /// <summary>Whether the slot starts as a copy of the parameter, taken at its first step.</summary>
    public bool StartsAtParameter { get; init; }

    /// <summary>How a number per row, tensor or group follows from the sums, as the equation prints it; null where the rule itself says it.</summary>
    public string? Equation { get; init; }

    /// <summary>The shape of the slot for a parameter's shape; null for one number per element.</summary>
    internal Func<int[], int[]>? ShapeFor { get; init; }

    /// <summary>A slot that starts at 0.</summary>
    public static implicit operator StateSlot(string name) => new(name);

    internal int[] ShapeOf(ReadOnlySpan<int> parameter) => ShapeFor?.Invoke(parameter.ToArray()) ?? parameter.ToArray();
}

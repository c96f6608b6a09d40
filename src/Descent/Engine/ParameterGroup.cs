using System.IO.Enumeration;
using Descent.Gradients;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>
/// Which parameters a method moves. An optimizer has a list of groups: a parameter belongs to the first one that takes
/// it, and every parameter must belong to one.
/// </summary>
/// <param name="Method">What moves the parameters.</param>
/// <param name="Names">A pattern over the whole name: <c>*</c> is any text, <c>?</c> any character. All names by default.</param>
public sealed record ParameterGroup(Method Method, string Names = "*")
{
    /// <summary>A further condition, on the shape for example; null for none.</summary>
    public Func<Parameter, bool>? Where { get; init; }

    /// <summary>How the numbers of the group's parameters are kept between steps; in full by default, with master weights for those of 16 bits.</summary>
    public Precision Precision { get; init; } = new();

    /// <summary>
    /// How the group's gradients are clipped, by themselves; null for together with those of other groups, as
    /// <see cref="Optimizer.Clipping"/> says. Groups of methods that orthogonalize are left out of that unless it is given here,
    /// because their steps do not depend on the gradient's length.
    /// </summary>
    public GradientClipping? Clipping { get; init; }

    /// <summary>Whether the group takes <paramref name="parameter"/>.</summary>
    public bool Takes(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return FileSystemName.MatchesSimpleExpression(Names, parameter.Name, ignoreCase: false) && Where?.Invoke(parameter) != false;
    }
}

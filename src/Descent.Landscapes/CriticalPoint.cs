using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes;

/// <summary>What a point of zero gradient is, by the signs of the Hessian's eigenvalues.</summary>
[JsonConverter(typeof(SnakeCase<CriticalKind>))]
public enum CriticalKind
{
    /// <summary>All eigenvalues are above 0.</summary>
    Minimum,

    /// <summary>All eigenvalues are below 0.</summary>
    Maximum,

    /// <summary>There are both signs.</summary>
    Saddle,

    /// <summary>An eigenvalue is 0, so the Hessian does not decide: an inflection, a degenerate saddle, a flat place.</summary>
    Degenerate,
}

/// <summary>A point where the gradient is 0.</summary>
/// <param name="Point">Its coordinates.</param>
/// <param name="Value">The objective there.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Eigenvalues">Of the Hessian, from small to large.</param>
public sealed record CriticalPoint(double[] Point, double Value, CriticalKind Kind, double[] Eigenvalues);

using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Runs;

/// <summary>What a run is doing at a step; the first that holds, in this order.</summary>
[JsonConverter(typeof(SnakeCase<RunStatus>))]
public enum RunStatus
{
    /// <summary>None of the others.</summary>
    Moving,

    /// <summary>Something is not finite, a coordinate is beyond 10¹², the loss is beyond 10⁶·max(1, f₀), or above f₀ and rising in each of the last 3 steps.</summary>
    Diverged,

    /// <summary>The gradient is at most 10⁻⁶ long, and the Hessian has no negative eigenvalue.</summary>
    Converged,

    /// <summary>The gradient is at most 10⁻⁶ long, and the Hessian has a negative eigenvalue: a saddle or a flat point.</summary>
    Stalled,

    /// <summary>The point is outside 3 times the plotted box.</summary>
    LeftDomain,

    /// <summary>A component of the step changed sign in each of the last 3 steps, or in 8 of the last 10.</summary>
    Oscillating,

    /// <summary>The loss changed by less than 0.1 % over the last 50 steps, and the gradient is longer than 10⁻⁶.</summary>
    Crawling,
}

/// <summary>The words for a status.</summary>
public static class RunStatusWords
{
    /// <summary>The status as the page and the command line write it.</summary>
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Diverged => "diverged",
        RunStatus.Converged => "converged",
        RunStatus.Stalled => "stalled at a saddle/flat point",
        RunStatus.LeftDomain => "left the domain",
        RunStatus.Oscillating => "oscillating",
        RunStatus.Crawling => "crawling",
        _ => "moving",
    };

    /// <summary>A sentence without its full stop that says the status of one or several.</summary>
    internal static string Sentence(RunStatus status, string who, bool several) => status switch
    {
        RunStatus.Diverged => $"{who} {(several ? "diverge" : "diverges")}",
        RunStatus.Converged => $"{who} {(several ? "have" : "has")} converged",
        RunStatus.Stalled => $"{who} {(several ? "have" : "has")} stalled at a saddle or a flat point",
        RunStatus.LeftDomain => $"{who} {(several ? "have" : "has")} left the domain",
        RunStatus.Oscillating => $"{who} {(several ? "oscillate" : "oscillates")} at the end",
        RunStatus.Crawling => $"{who} {(several ? "crawl" : "crawls")} at the end",
        _ => $"{who} {(several ? "are" : "is")} still moving",
    };
}

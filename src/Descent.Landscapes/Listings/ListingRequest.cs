using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Listings;

/// <summary>How the gradient is clipped in a listing.</summary>
[JsonConverter(typeof(SnakeCase<ListedClipping>))]
public enum ListedClipping
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To a norm of 1.</summary>
    Norm,

    /// <summary>Each number to −1…1.</summary>
    Value,
}

/// <summary>What <c>listings</c> is asked for.</summary>
public sealed record ListingRequest
{
    /// <summary>The method, as it is written on the command line.</summary>
    public string Optimizer { get; set; } = "adam";

    /// <summary>The learning rate; null for the method's own.</summary>
    public double? LearningRate { get; set; }

    /// <summary>One of <see cref="MethodListings.Schedules"/>.</summary>
    public string Schedule { get; set; } = "constant";

    /// <summary>What becomes of large gradients.</summary>
    public ListedClipping Clip { get; set; }

    /// <summary>Whether each gradient is the mean of four parts.</summary>
    public bool Accumulate { get; set; }

    /// <summary>A learning-rate range test instead of steps at one rate; it has a schedule of its own.</summary>
    public bool RangeTest { get; set; }
}

/// <summary>A program as text.</summary>
/// <param name="Language">csharp, python, julia or rust.</param>
/// <param name="Text">The program.</param>
public sealed record Listing(string Language, string Text);

/// <summary>A schedule that listings may have.</summary>
/// <param name="Id">In requests.</param>
/// <param name="Title">For people.</param>
public sealed record ListedSchedule(string Id, string Title);

/// <summary>What <c>listings</c> answers.</summary>
/// <param name="Library">C# that calls the library.</param>
/// <param name="FromScratch">The same from scratch in each language; none where the method's equations say something in words.</param>
/// <param name="Words">The equation that does; null where none does.</param>
/// <param name="Printed">What the first prints: x, y and the loss; null for a range test.</param>
/// <param name="Equations">The method's equations of one step, as the library prints them of the rule that runs.</param>
/// <param name="ScheduleText">The schedule as the library reads it; null for a constant rate.</param>
public sealed record ListingReply(string Library, IReadOnlyList<Listing> FromScratch, string? Words, double[]? Printed, IReadOnlyList<string> Equations, string? ScheduleText);

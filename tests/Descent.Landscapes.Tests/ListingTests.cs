using System.Globalization;
using System.Text.RegularExpressions;
using Descent.Landscapes.Listings;
using Descent.Landscapes.Runs;
using Descent.Optimizers;
using Descent.TestSupport;

namespace Descent.Landscapes.Tests;

/// <summary>Code to copy: every listing in C# is compiled and run, and so are those of other languages that this machine has; all agree with the library.</summary>
public class ListingTests
{
    private const double Tolerance = 1e-12;

    private static readonly string[] Methods = [.. Catalogue.All.Select(entry => entry.Name), "sgd(momentum=0.9)", "sgd(momentum=0.9, nesterov=true)", "adamw(weight_decay=0.1, ams_grad=true)"];

    private static readonly string[] Schedules = [.. MethodListings.Schedules.Select(schedule => schedule.Id)];

    /// <summary>Methods whose equations say something in words, or need more than numbers per element.</summary>
    private static readonly string[] LibraryOnly =
    [
        "sgdp", "ftrl", "adamp", "stable_adamw", "adam_mini", "mars", "adafactor", "sm3", "came", "dadapt_sgd", "dadapt_adam", "prodigy", "ranger", "gradient_centralization", "cautious",
    ];

    private static IReadOnlyList<ListingRequest> Requests { get; } =
    [
        .. Methods.Select(method => new ListingRequest { Optimizer = method }),
        .. Methods.Select(method => new ListingRequest { Optimizer = method, Schedule = "warmup-cosine", Clip = ListedClipping.Norm, Accumulate = true }),
        .. Schedules.SelectMany(schedule => new[] { "adam", "sgd(momentum=0.9)" }.Select(method => new ListingRequest { Optimizer = method, LearningRate = 0.02, Schedule = schedule, Clip = ListedClipping.Value })),
        .. Methods.Select(method => new ListingRequest { Optimizer = method, RangeTest = true }),
        new() { Optimizer = "rmsprop", RangeTest = true, Clip = ListedClipping.Norm },
    ];

    /// <summary>Requests, their listings, and what is printed, asked for once.</summary>
    private static readonly Lazy<(ListingRequest Request, ListingReply Reply, double[] Expected)[]> Cases = new(() => [.. Requests.AsParallel().AsOrdered().Select(request =>
    {
        var reply = MethodListings.Answer(request);
        return (request, reply, Expected(request, reply));
    })]);

    [Fact]
    public void Every_listing_in_CSharp_compiles_and_prints_what_the_library_finds()
    {
        var complaints = new List<string>();
        var printed = CSharpPrograms.Run([.. Cases.Value.Select(each => each.Reply.Library)]);
        foreach (var ((request, reply, expected), text) in Cases.Value.Zip(printed))
        {
            Assert.Equal(!LibraryOnly.Contains(request.Optimizer), reply.FromScratch.Count > 0);
            Compare(complaints, $"library {request}", expected, text, 0, reply.Library);
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count} of {printed.Count}:\n{string.Join("\n", complaints.Take(20))}");
        AgreesIn("csharp", all: true);
    }

    [Fact]
    public void Methods_are_written_from_scratch_wherever_their_equations_are_arithmetic()
    {
        var without = Methods.Select(method => (method, reply: MethodListings.Answer(new() { Optimizer = method }))).Where(each => each.reply.FromScratch.Count == 0).ToArray();
        Assert.True(LibraryOnly.SequenceEqual(without.Select(each => each.method), StringComparer.Ordinal), string.Join("\n", without.Select(each => $"{each.method}: {each.reply.Words}")));
        Assert.All(without, each => Assert.NotNull(each.reply.Words));
    }

    [RunsLanguage("python")]
    public void Listings_in_Python_print_the_same() => AgreesIn("python", all: true);

    [RunsLanguage("julia")]
    public void Listings_in_Julia_print_the_same() => AgreesIn("julia", Fuzz.IsLong);

    [RunsLanguage("rust")]
    public void Listings_in_Rust_print_the_same() => AgreesIn("rust", Fuzz.IsLong);

    [Theory]
    [InlineData("""{"schedule":"sawtooth"}""", "There is no listing of a schedule 'sawtooth'; choose one of constant, cosine, ")]
    [InlineData("""{"optimizer":"adma"}""", "adma")]
    [InlineData("""{"learning_rate":-1}""", "LearningRate must be in [0, ∞), but was -1.")]
    public void A_mistake_is_a_sentence(string request, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<DescentException>(() => Interface.Functions.Call("listings", request)).Message, StringComparison.Ordinal);

    /// <summary>Where not all are run, one of each kind is.</summary>
    private static void AgreesIn(string language, bool all)
    {
        var chosen = Cases.Value.Where(each => each.Reply.FromScratch.Count > 0).Where((_, i) => all || i % 23 == 0).ToArray();
        var programs = chosen.Select(each => Of(each.Reply, language)).ToArray();
        var printed = language == "csharp" ? CSharpPrograms.Run(programs) : OtherLanguages.Run(language, programs);
        var complaints = new List<string>();
        foreach (var ((request, reply, expected), text) in chosen.Zip(printed))
        {
            Compare(complaints, $"{language} {request}", expected, text, Tolerance, Of(reply, language));
        }

        Assert.True(complaints.Count == 0, $"{complaints.Count} of {chosen.Length}:\n{string.Join("\n", complaints.Take(20))}");
    }

    private static string Of(ListingReply reply, string language) => reply.FromScratch.Single(each => each.Language == language).Text;

    private static double[] Expected(ListingRequest request, ListingReply reply)
    {
        var run = new RunRequest
        {
            Landscape = new() { Id = "kappabowl", Constants = new() { ["b"] = 2 } },
            Start = [3, -2],
            Steps = MethodListings.Steps,
            Budget = Budget.Updates,
            LearningRate = request.LearningRate,
            Optimizers = [new() { Optimizer = request.Optimizer }],
            Schedule = reply.ScheduleText,
            ClipNorm = request.Clip == ListedClipping.Norm ? 1 : null,
            ClipValue = request.Clip == ListedClipping.Value ? 1 : null,
            Internals = false,
        };
        if (request.RangeTest)
        {
            var test = RangeTest.Of(new() { Run = run, Low = 1e-4, High = 10, Count = 200 });
            return [test.Suggestion, test.BlowUp ?? 10];
        }

        var path = Runner.Run(run).Entries[0].Trajectory;
        double[] expected = [.. path.PointAt(path.Updates), path.Loss[path.Updates]];

        // A mean of parts is rounded otherwise than the whole gradient.
        Assert.All(expected.Zip(reply.Printed!), pair => Assert.Equal(pair.First, pair.Second, request.Accumulate ? 1e-9 : 0));
        return reply.Printed!;
    }

    private static void Compare(List<string> complaints, string what, double[] expected, string printed, double tolerance, string program)
    {
        var found = Regex.Matches(printed, @"= (\S+?)(,|\s|$)").Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        var largest = found.Length == expected.Length ? expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Max(1, Math.Abs(pair.First))) : double.NaN;
        if (!(largest <= tolerance))
        {
            complaints.Add($"{what}: the largest difference is {largest:E2}: expected {string.Join(", ", expected)}, printed {printed.Trim()}{(complaints.Count < 2 ? $"\n{program}" : "")}");
        }
    }
}

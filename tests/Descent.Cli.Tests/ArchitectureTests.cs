using System.Reflection;
using System.Xml.Linq;

namespace Descent.Cli.Tests;

/// <summary>The arrows between assemblies point one way, and the core depends on nothing but the base library.</summary>
public class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Descent"] = [],
        ["Descent.Nn"] = ["Descent"],
        ["Descent.Training"] = ["Descent", "Descent.Nn"],
        ["Descent.Landscapes"] = ["Descent", "Descent.Nn"],
        ["Descent.Playground"] = ["Descent", "Descent.Landscapes"],
        ["Descent.Cli"] = ["Descent", "Descent.Nn", "Descent.Training", "Descent.Landscapes"],
    };

    public static TheoryData<string> Assemblies() => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void References_point_one_way(string name)
    {
        var ours = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!).Where(reference => reference.StartsWith("Descent", StringComparison.Ordinal));
        Assert.Empty(ours.Except(Allowed[name], StringComparer.Ordinal));
        Assert.Empty(ProjectReferences(name).Except(Allowed[name], StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_of_src_is_covered() => Assert.Equal(
        Allowed.Keys.Order(StringComparer.Ordinal),
        Directory.EnumerateDirectories(Path.Combine(TestSupport.Golden.Root, "src")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal));

    [Fact]
    public void The_core_depends_on_the_base_library_and_System_Numerics_Tensors_only()
    {
        Assert.Equal(["System.Numerics.Tensors"], Project("Descent").Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value));
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Assert.All(
            Assembly.Load("Descent").GetReferencedAssemblies(),
            reference => Assert.True(
                reference.Name == "System.Numerics.Tensors" || File.Exists(Path.Combine(runtime, reference.Name + ".dll")),
                $"{reference.Name} is not of the base library."));
    }

    /// <summary>Training reads PNG by a decoder (decision 0013).</summary>
    [Theory]
    [InlineData("Descent.Nn")]
    [InlineData("Descent.Training", "StbImageSharp", "System.IO.Hashing")]
    [InlineData("Descent.Landscapes")]
    public void Autograd_training_and_landscapes_bring_no_package_but(string name, params string[] packages) =>
        Assert.Equal(packages, Project(name).Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value));

    private static IEnumerable<string> ProjectReferences(string name) =>
        Project(name).Descendants("ProjectReference").Where(item => item.Attribute("ReferenceOutputAssembly")?.Value != "false").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value.Replace('\\', '/')));

    private static XDocument Project(string name) => XDocument.Load(Path.Combine(TestSupport.Golden.Root, "src", name, $"{name}.csproj"));
}

using Descent.Tests.State;

namespace Descent.Tests;

/// <summary>The tests as a program: the process that <see cref="KillTests"/> starts and kills.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is [SaveLoop.Verb, var path])
        {
            SaveLoop.Run(path);
        }

        Console.Error.WriteLine($"Run the tests with 'dotnet test', or '{SaveLoop.Verb} FILE'.");
        return 2;
    }
}

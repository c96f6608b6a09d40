using Descent.Engine;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Playground.Tests.Listings;

/// <summary>What the page lists for RMSProp, compiled here; a test compares the text.</summary>
internal static class RMSPropListings
{
    public static double[] Library()
    {
        // <code>
        // RMSProp, by the library: 100 steps on f(x, y) = (x² + 20y²)/2.

        double[] theta = [-9, -4], g = [0, 0];
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, g)], new RmsProp { LearningRate = 0.1 });
        for (var step = 0; step < 100; step++)
        {
            (g[0], g[1]) = (theta[0], 20 * theta[1]);
            optimizer.Step();
        }

        Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");
        // </code>
        return theta;
    }

    public static double[] FromScratch()
    {
        // <code>
        // RMSProp (Tieleman and Hinton 2012), from scratch: 100 steps on f(x, y) = (x² + 20y²)/2.

        double[] theta = [-9, -4], g = [0, 0];
        double[] v = [0, 0];
        for (var t = 1; t <= 100; t++)
        {
            (g[0], g[1]) = (theta[0], 20 * theta[1]);
            var rate = 0.1;
            for (var i = 0; i < 2; i++)
            {
                v[i] = 0.99 * v[i] + (1 - 0.99) * g[i] * g[i];
                theta[i] = theta[i] - rate * g[i] / (Math.Sqrt(v[i]) + 1e-8);
            }
        }

        Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");
        // </code>
        return theta;
    }

    public static double[] LibraryScheduled()
    {
        // <code>
        // RMSProp, by the library: 100 steps on f(x, y) = (x² + 20y²)/2, 10 of them to warm up, then a cosine, gradients clipped to a norm of 1.

        double[] theta = [-9, -4], g = [0, 0];
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, g)], new RmsProp { LearningRate = Schedule.Warmup(10).Then(Schedule.Cosine(from: 0.1, to: 0, steps: 90)) });
        optimizer.ClipNorm = 1;
        for (var step = 0; step < 100; step++)
        {
            (g[0], g[1]) = (theta[0], 20 * theta[1]);
            optimizer.Step();
        }

        Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");
        // </code>
        return theta;
    }

    public static double[] FromScratchScheduled()
    {
        // <code>
        // RMSProp (Tieleman and Hinton 2012), from scratch: 100 steps on f(x, y) = (x² + 20y²)/2, 10 of them to warm up, then a cosine, gradients clipped to a norm of 1.

        double[] theta = [-9, -4], g = [0, 0];
        double[] v = [0, 0];
        for (var t = 1; t <= 100; t++)
        {
            (g[0], g[1]) = (theta[0], 20 * theta[1]);
            var norm = Math.Sqrt((g[0] * g[0]) + (g[1] * g[1]));
            var scale = Math.Min(1, 1 / (norm + 1e-6));
            (g[0], g[1]) = (scale * g[0], scale * g[1]);
            var rate = t <= 10 ? 0.1 * (t - 1.0) / 10 : 0.1 * (1 + Math.Cos(Math.PI * (t - 1 - 10) / 90)) / 2;
            for (var i = 0; i < 2; i++)
            {
                v[i] = 0.99 * v[i] + (1 - 0.99) * g[i] * g[i];
                theta[i] = theta[i] - rate * g[i] / (Math.Sqrt(v[i]) + 1e-8);
            }
        }

        Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");
        // </code>
        return theta;
    }

    public static double[] LibraryAccumulated()
    {
        // <code>
        // RMSProp, by the library: 100 steps on f(x, y) = (x² + 20y²)/2, each gradient the mean of 4 parts.

        double[] theta = [-9, -4], g = [0, 0];
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, g)], new RmsProp { LearningRate = 0.1 });
        optimizer.GradientScale = 1.0 / 4;
        for (var step = 0; step < 100; step++)
        {
            optimizer.ZeroGradients();
            for (var part = 0; part < 4; part++)
            {
                (g[0], g[1]) = (g[0] + theta[0], g[1] + (20 * theta[1]));
            }

            optimizer.Step();
        }

        Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");
        // </code>
        return theta;
    }

    public static double[] FromScratchAccumulated()
    {
        // <code>
        // RMSProp (Tieleman and Hinton 2012), from scratch: 100 steps on f(x, y) = (x² + 20y²)/2, each gradient the mean of 4 parts.

        double[] theta = [-9, -4], g = [0, 0];
        double[] v = [0, 0];
        for (var t = 1; t <= 100; t++)
        {
            (g[0], g[1]) = (0, 0);
            for (var part = 0; part < 4; part++)
            {
                (g[0], g[1]) = (g[0] + (theta[0] / 4), g[1] + (20 * theta[1] / 4));
            }

            var rate = 0.1;
            for (var i = 0; i < 2; i++)
            {
                v[i] = 0.99 * v[i] + (1 - 0.99) * g[i] * g[i];
                theta[i] = theta[i] - rate * g[i] / (Math.Sqrt(v[i]) + 1e-8);
            }
        }

        Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");
        // </code>
        return theta;
    }
}

using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

public class LayerWiseTwinTests
{
    /// <summary>NVIDIA apex, LARC.step around torch.optim.SGD.</summary>
    [Theory]
    [TwinOf("larc")]
    [InlineData("larc", 0.1, 0.9, 0, false, 0, 0.02, 1e-8, true)]
    [InlineData("larc(clip=false, weight_decay=0.1, learning_rate=0.5)", 0.5, 0.9, 0, false, 0.1, 0.02, 1e-8, false)]
    [InlineData("larc(nesterov=true, weight_decay=0.01, trust_coefficient=0.3, epsilon=0.01)", 0.1, 0.9, 0, true, 0.01, 0.3, 0.01, true)]
    [InlineData("larc(momentum=0.5, dampening=0.3, weight_decay=0.01)", 0.1, 0.5, 0.3, false, 0.01, 0.02, 1e-8, true)]
    [InlineData("larc(momentum=0, weight_decay=0.01)", 0.1, 0, 0, false, 0.01, 0.02, 1e-8, true)]
    public void Larc(string text, double rate, double momentum, double dampening, bool nesterov, double decay, double trust, double epsilon, bool clip)
    {
        var buffer = new double[15];
        Twin.Follow(text, [5, 3], tolerance: 1e-9, twin: (t, theta, g) =>
        {
            var (parameterNorm, gradientNorm) = (Norm(theta), Norm(g));
            if (parameterNorm != 0 && gradientNorm != 0)
            {
                var local = trust * parameterNorm / (gradientNorm + (parameterNorm * decay) + epsilon);
                local = clip ? Math.Min(local / rate, 1) : local;
                for (var i = 0; i < g.Length; i++)
                {
                    g[i] = local * (g[i] + (decay * theta[i]));
                }
            }

            for (var i = 0; i < g.Length; i++)
            {
                buffer[i] = t == 1 ? g[i] : (momentum * buffer[i]) + ((1 - dampening) * g[i]);
                theta[i] -= rate * (momentum == 0 ? g[i] : nesterov ? g[i] + (momentum * buffer[i]) : buffer[i]);
            }
        });
    }

    /// <summary>Where the gradient is all 0 there is no decay either.</summary>
    [Fact]
    public void Larc_leaves_a_tensor_without_gradient_alone()
    {
        var theta = new[] { 1.0, 2.0 };
        Optimizer.For([new Descent.Engine.Parameter<double>("theta", theta, new double[2])], new Larc { WeightDecay = 0.5 }).Step();
        Assert.Equal([1, 2], theta);
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}

using Descent.Engine;
using Descent.Numerics;

namespace Descent.Nn.Tests;

public sealed class TensorScopeTests
{
    private const int Batch = 64;
    private static readonly int[] Labels = [.. Enumerable.Range(0, Batch).Select(i => i % 10)];

    [Fact]
    public void A_result_of_an_ended_scope_says_so()
    {
        var x = Tensor<float>.Zeros([1000]);
        Tensor<float> y;
        using (TensorScope.Begin())
        {
            y = (x + 1).Reshape(10, 100);
        }

        Assert.Equal(
            "The tensor's memory was lent by a TensorScope that has ended; copy its values with ToArray or ToScalar before the end.",
            Assert.Throws<DescentException>(() => y.ToArray()).Message);
        Assert.Equal(0, x.Values.Span[999]);
    }

    [Fact]
    public void Results_of_an_outer_scope_outlive_an_inner_one_and_ending_the_outer_ends_the_inner()
    {
        var x = Tensor<float>.Zeros([1000]);
        var outer = TensorScope.Begin();
        var y = x + 1;
        using (TensorScope.Begin())
        {
            Assert.Equal(2, (y + 1).Values.Span[0]);
        }

        Assert.Equal(1, y.Values.Span[0]);
        _ = TensorScope.Begin();
        var inner = y + 1;
        outer.Dispose();
        Assert.Throws<DescentException>(() => inner.ToArray());
        Assert.Throws<DescentException>(() => y.ToArray());
        Assert.Equal(3, (x + 3).Values.Span[0]);
    }

    [Fact]
    public void Training_in_scopes_gives_the_same_bits_and_allocates_no_large_arrays()
    {
        var (plain, _) = Train(scoped: false);
        var (scoped, bytes) = Train(scoped: true);
        Assert.Equal(plain, scoped);
        Assert.InRange(bytes, 0, 20_000);
    }

    [Fact]
    public void A_scope_says_what_it_lent_and_the_next_one_is_lent_the_same_arrays()
    {
        var x = Tensor<float>.Zeros([1000]);
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var scope = TensorScope.Begin();
            for (var i = 0; i < 200; i++)
            {
                _ = x + 1;
            }

            Assert.Equal(200 * 4000, scope.LentBytes);
            Assert.True(round == 0 || GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
        }
    }

    private static (float[] Weights, long BytesOfOneStep) Train(bool scoped)
    {
        var random = new SeededRandom(3);
        var model = Models.Mlp<float>(200, [100], 10, random);
        var x = Tensor<float>.Zeros([Batch, 200]);
        Initialization.Normal(x, 1, random);
        var bytes = 0L;
        for (var step = 0; step < 5; step++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var scope = scoped ? TensorScope.Begin() : null;
            model.ZeroGradient();
            Loss.CrossEntropy(model.Forward(x), Labels).Backward();
            scope?.Dispose();
            foreach (var parameter in model.Parameters)
            {
                Descend(parameter);
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (model.Parameters[0].Values.ToArray(), bytes);
    }

    private static void Descend(Parameter<float> parameter) =>
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(parameter.Gradient.Span, -0.1f, parameter.Values.Span, parameter.Values.Span);
}

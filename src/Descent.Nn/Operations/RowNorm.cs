using System.Numerics;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

/// <summary>
/// y = x̂·w + b of every row, x̂ = (x − μ)·r with r = 1/√(σ² + ε), or x̂ = x·r with r = 1/√(mean x² + ε) where rows are not centred:
/// with h = g·w, ∂x = r·(h − mean h − x̂·mean(h·x̂)) (without mean h where rows are not centred), ∂w = Σ g·x̂ and ∂b = Σ g over the rows.
/// </summary>
/// <param name="input">x, whose last axes make a row.</param>
/// <param name="weight">w, of the shape of a row, or null.</param>
/// <param name="bias">b, of the shape of a row, or null.</param>
/// <param name="epsilon">ε.</param>
/// <param name="centred">Whether the mean is taken out.</param>
/// <param name="moments">μ and r of every row.</param>
/// <param name="length">Elements of a row.</param>
internal sealed class RowNormOperation<T>(Tensor<T> input, Tensor<T>? weight, Tensor<T>? bias, double epsilon, bool centred, Tensor<T> moments, int length)
    : Operation<T>([input, .. weight is null ? [] : new[] { weight }, .. bias is null ? [] : new[] { bias }])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows whose shares of ∂w and ∂b are summed before they are added to the others'.</summary>
    private const int RowsOfASum = 128;

    public override string Name => centred ? "LayerNorm" : "RmsNorm";

    public static Tensor<T> Apply(Tensor<T> input, int length, Tensor<T>? weight, Tensor<T>? bias, double epsilon, bool centred)
    {
        var rows = length == 0 ? 0 : input.Length / length;
        var (result, moments) = (Tensor<T>.Result(input.Shape.ToArray()), Tensor<T>.Result([rows, 2]));
        Blocks.RunRows(rows, length, (start, end) =>
        {
            var w = weight is null ? default : weight.Span;
            var b = bias is null ? default : bias.Span;
            ReadOnlySpan<T> x = input.Span;
            var y = result.Span;
            var both = moments.Span;
            for (var row = start; row < end; row++)
            {
                Forward(x.Slice(row * length, length), w, b, y.Slice(row * length, length), both.Slice(2 * row, 2), T.CreateChecked(epsilon), centred);
            }
        });
        return result.From(new RowNormOperation<T>(input, weight, bias, epsilon, centred, moments, length));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (Autograd.IsRecording)
        {
            BackwardThrough(ByOperations, gradient, sums);
            return;
        }

        var rows = moments.Shape[0];
        var (inputGradient, parts) = (Tensor<T>.Result(input.Shape.ToArray()), Tensor<T>.Result([(rows + RowsOfASum - 1) / RowsOfASum, 2, length]));
        Blocks.Run(rows, RowsOfASum, (start, end) =>
        {
            var part = parts.Span.Slice(start / RowsOfASum * 2 * length, 2 * length);
            part.Clear();
            ReadOnlySpan<T> x = input.Span;
            ReadOnlySpan<T> g = gradient.Span;
            ReadOnlySpan<T> w = weight is null ? default : weight.Span;
            ReadOnlySpan<T> both = moments.Span;
            var byInput = inputGradient.Span;
            for (var row = start; row < end; row++)
            {
                BackwardRow(x.Slice(row * length, length), g.Slice(row * length, length), w, both.Slice(2 * row, 2), byInput.Slice(row * length, length), part[..length], part[length..]);
            }
        });
        sums.Add(input, inputGradient);
        var byParameters = parts.Sum([0]);
        for (var which = 0; which < 2; which++)
        {
            if ((which == 0 ? weight : bias) is { } parameter && GradientSums<T>.Need(parameter))
            {
                sums.Add(parameter, byParameters.Narrow(0, which, 1).Reshape(parameter.Shape));
            }
        }
    }

    private static void Forward(ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> b, Span<T> y, Span<T> moments, T epsilon, bool centred)
    {
        var (mean, count) = (T.Zero, T.CreateChecked(x.Length));
        if (centred)
        {
            Vector512<T> sum = default;
            for (var i = 0; i < x.Length; i += Vector512<T>.Count)
            {
                sum += Vectors.Load(x, i);
            }

            mean = Vectors.Sum(sum) / count;
        }

        var (means, squares) = (Vector512.Create(mean), Vector512<T>.Zero);
        for (var i = 0; i < x.Length; i += Vector512<T>.Count)
        {
            var difference = Vectors.Load(x, i, mean) - means;
            squares = Vectors.MultiplyAdd(difference, difference, squares);
        }

        var inverse = T.One / T.Sqrt((Vectors.Sum(squares) / count) + epsilon);
        (moments[0], moments[1]) = (mean, inverse);
        var inverses = Vector512.Create(inverse);
        for (var i = 0; i < x.Length; i += Vector512<T>.Count)
        {
            var normal = (Vectors.Load(x, i) - means) * inverses;
            normal = w.IsEmpty ? normal : normal * Vectors.Load(w, i);
            (b.IsEmpty ? normal : normal + Vectors.Load(b, i)).Store(y, i);
        }
    }

    private void BackwardRow(ReadOnlySpan<T> x, ReadOnlySpan<T> g, ReadOnlySpan<T> w, ReadOnlySpan<T> moments, Span<T> result, Span<T> byWeight, Span<T> byBias)
    {
        var (means, inverses) = (Vector512.Create(moments[0]), Vector512.Create(moments[1]));
        Vector512<T> sum = default, product = default;
        for (var i = 0; i < x.Length; i += Vector512<T>.Count)
        {
            // Behind the end g is 0, and so is all that is summed.
            var (normal, part) = ((Vectors.Load(x, i, moments[0]) - means) * inverses, Vectors.Load(g, i));
            Vectors.MultiplyAdd(part, normal, Vectors.Load<T>(byWeight, i)).Store(byWeight, i);
            (Vectors.Load<T>(byBias, i) + part).Store(byBias, i);
            part = w.IsEmpty ? part : part * Vectors.Load(w, i);
            sum += part;
            product = Vectors.MultiplyAdd(part, normal, product);
        }

        var count = T.CreateChecked(x.Length);
        var mean = Vector512.Create(centred ? Vectors.Sum(sum) / count : T.Zero);
        var slope = Vector512.Create(Vectors.Sum(product) / count);
        for (var i = 0; i < x.Length; i += Vector512<T>.Count)
        {
            var (normal, part) = ((Vectors.Load(x, i) - means) * inverses, Vectors.Load(g, i));
            part = w.IsEmpty ? part : part * Vectors.Load(w, i);
            ((part - mean - (normal * slope)) * inverses).Store(result, i);
        }
    }

    /// <summary>The same of operations that can be differentiated again.</summary>
    private Tensor<T> ByOperations(Tensor<T>[] inputs)
    {
        var x = inputs[0].Reshape(-1, length);
        var normal = centred ? x.Standardize([1], epsilon, out _, out _) : x * (x.Square().Mean([1], keepAxes: true) + T.CreateChecked(epsilon)).ReciprocalSqrt();
        normal = weight is null ? normal : normal * inputs[1].Reshape(length);
        return (bias is null ? normal : normal + inputs[^1].Reshape(length)).Reshape(input.Shape);
    }
}

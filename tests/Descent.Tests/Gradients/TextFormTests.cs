using Descent.Gradients;

namespace Descent.Tests.Gradients;

/// <summary>Clippings and loss scalings as text.</summary>
public class TextFormTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("norm(1)")]
    [InlineData("norm(0.5, p=1)")]
    [InlineData("norm(2, p=∞)")]
    [InlineData("value(0.5)")]
    [InlineData("tensor(1, p=3)")]
    [InlineData("adaptive(0.01)")]
    [InlineData("adaptive(0.02, floor=0.1)")]
    [InlineData("percentile(10)")]
    [InlineData("percentile(90, history=7)")]
    public void A_clipping_comes_back(string text)
    {
        Assert.Equal(text, GradientClipping.Parse(text).ToString());
        Assert.Equal(GradientClipping.Parse(text), GradientClipping.Parse($" {text.ToUpperInvariant()} "));
    }

    [Fact]
    public void What_is_left_out_of_a_clipping_is_its_default()
    {
        Assert.Same(GradientClipping.None, GradientClipping.Parse("none"));
        Assert.Equal(new AdaptiveClipping(), GradientClipping.Parse("adaptive"));
        Assert.Equal(new ClipByPercentile(), GradientClipping.Parse("percentile()"));
        Assert.Equal(new ClipByNorm(3, double.PositiveInfinity), GradientClipping.Parse("norm(3, p=Infinity)"));
        Assert.Equal(6, GradientClipping.Usages.Count);
    }

    [Theory]
    [InlineData("1024")]
    [InlineData("0.5")]
    [InlineData("dynamic(65536, growth=2, backoff=0.5, interval=2000)")]
    [InlineData("dynamic(16, growth=1.5, backoff=0.25, interval=3)")]
    [InlineData("hysteretic(32, factor=4, window=5, minimum=0.5, hysteresis=3, consecutive=true)")]
    public void A_loss_scaling_comes_back(string text)
    {
        Assert.Equal(text, LossScaling.Parse(text).ToString());
        Assert.Equal(LossScaling.Parse(text), LossScaling.Parse(text.ToUpperInvariant()));
    }

    [Fact]
    public void What_is_left_out_of_a_loss_scaling_is_its_default()
    {
        Assert.Equal(new DynamicLossScaling(), LossScaling.Parse("dynamic"));
        Assert.Equal(new HystereticLossScaling { InitialScale = 8 }, LossScaling.Parse("hysteretic(8)"));
        Assert.Equal(new StaticLossScaling(1e3), LossScaling.Parse("1e3"));
    }

    [Theory]
    [InlineData("The clipping must be none or norm(MAXIMUM, p=P) or value(LIMIT) or tensor(MAXIMUM, p=P) or adaptive(FACTOR, floor=F) or percentile(PERCENTILE, history=N), but was 'l2(1)'.", "l2(1)")]
    [InlineData("The clipping 'norm' has no MAXIMUM; write it as norm(MAXIMUM, p=P).", "norm")]
    [InlineData("The clipping 'none(1)' has '1', which is not one of its arguments; write it as none.", "none(1)")]
    [InlineData("The clipping 'norm(1, q=2)' has 'q', which is not one of its arguments; write it as norm(MAXIMUM, p=P).", "norm(1, q=2)")]
    [InlineData("The order of a norm must be at least 1, but was 0.5.", "norm(1, p=0.5)")]
    [InlineData("The clipping 'percentile(5, history=1.5)' has '1.5' where a whole number must be; write it as percentile(PERCENTILE, history=N).", "percentile(5, history=1.5)")]
    public void A_text_that_is_no_clipping_is_refused(string message, string text) =>
        Assert.Equal(message, Assert.Throws<DescentException>(() => GradientClipping.Parse(text)).Message);

    [Theory]
    [InlineData("The loss scale must be a number or dynamic(INITIAL, growth=G, backoff=B, interval=STEPS) or hysteretic(INITIAL, factor=F, window=STEPS, minimum=M, hysteresis=N, consecutive=true|false), but was 'auto'.", "auto")]
    [InlineData("The loss scale must be a number above 0, but was -1.", "-1")]
    [InlineData("The loss scale must be a number above 0, but was NaN.", "NaN")]
    [InlineData("The loss scale 'dynamic(1, interval=x)' has 'x' where a whole number must be; write it as dynamic(INITIAL, growth=G, backoff=B, interval=STEPS).", "dynamic(1, interval=x)")]
    public void A_text_that_is_no_loss_scaling_is_refused(string message, string text) =>
        Assert.Equal(message, Assert.Throws<DescentException>(() => LossScaling.Parse(text)).Message);
}

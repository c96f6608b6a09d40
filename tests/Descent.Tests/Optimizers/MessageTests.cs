using Descent.Engine;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Tests.Optimizers;

/// <summary>Every sentence that a mistake can produce.</summary>
public class MessageTests
{
    private static readonly Parameter<double> Theta = new("theta", new double[2], new double[2]);
    private static readonly Parameter<float> Narrow = new("w", new float[2], new float[2]);

    public static TheoryData<string, Func<object>> Mistakes() => new()
    {
        { "Beta2 must be in [0, 1), but was 1.", () => Optimizer.For([Theta], new AdamW { Beta2 = 1 }) },
        { "LearningRate must be in [0, ∞), but was -0.1.", () => Optimizer.For([Theta], new Sgd { LearningRate = -0.1 }) },
        { "LearningRate must be in [0, ∞), but was NaN.", () => Optimizer.For([Theta], new Sgd { LearningRate = double.NaN }) },
        { "LearningRate must be in [0, ∞), but was Infinity.", () => Optimizer.For([Theta], new Lion { LearningRate = double.PositiveInfinity }) },
        { "Epsilon must be in [0, ∞), but was -1E-08.", () => Optimizer.For([Theta], new Adam { Epsilon = -1e-8 }) },
        { "Nesterov must have Momentum above 0, but Momentum was 0.", () => Optimizer.For([Theta], new Sgd { Nesterov = true }) },
        { "Dampening must have Momentum above 0, but Momentum was 0.", () => Catalogue.Parse("sgd(dampening=0.5)") },
        { "Dampening must have Momentum above 0, but Momentum was 0.", () => Catalogue.Parse("lars(momentum=0, dampening=0.5)") },
        { "Nesterov must have Momentum above 0, but Momentum was 0.", () => Catalogue.Parse("larc(momentum=0, nesterov=true)") },
        { "Nesterov must have Dampening 0, but Dampening was 0.5.", () => Catalogue.Parse("larc(dampening=0.5, nesterov=true)") },
        { "AlwaysAdapt must be false with PaperForm, which adapts every tensor, but was true.", () => Catalogue.Parse("lars(paper_form=true, always_adapt=true)") },
        { "WarmupInit must have RelativeStep true, but RelativeStep was false.", () => Catalogue.Parse("adafactor(warmup_init=true, relative_step=false)") },
        { "AmsGradOnCorrected must have AmsGrad true, but AmsGrad was false.", () => Catalogue.Parse("adamw(ams_grad_on_corrected=true)") },
        { "AmsGrad must be false where Kind is lion and OptimizeVectors is true, because nothing is divided, but was true.", () => Catalogue.Parse("mars(kind=lion, optimize_vectors=true, ams_grad=true)") },
        { "AmsGradOnCorrected must be false where BiasCorrection is false, because nothing is corrected, but was true.", () => Catalogue.Parse("amsgrad(bias_correction=false, ams_grad_on_corrected=true)") },
        { "EpsilonBeforeCorrection must be false where BiasCorrection is false, because nothing is corrected, but was true.", () => Catalogue.Parse("adam(bias_correction=false, epsilon_before_correction=true)") },
        { "AmsGrad must be true in the method of that name, because without it this is Adam, but was false.", () => Optimizer.For([Theta], new AmsGrad { AmsGrad = false }) },
        { "Inner of cautious must be a method that does not orthogonalize matrices, such as mars(kind=lion), but was mars(kind=shampoo).", () => Catalogue.Parse("cautious(inner=mars(kind=shampoo))") },
        { "Inner of gradient_centralization must be a method that does not orthogonalize matrices, such as mars(kind=lion), but was mars(kind=shampoo).", () => Optimizer.For([Theta], new Lookahead(new GradientCentralization(new Mars { Kind = MarsKind.Shampoo }))) },
        { "Inner must be a method that is not cautious itself, but was cautious(inner=lion).", () => Optimizer.For([Theta], new Cautious(new Cautious(new Lion()))) },
        { "Inner must be a method that is not cautious itself, but was lookahead(inner=cautious).", () => Catalogue.Parse("cautious(inner=lookahead(inner=cautious))") },
        { "Inner must be a method that does not centralize gradients itself, but was gradient_centralization.", () => Catalogue.Parse("gradient_centralization(inner=gradient_centralization)") },
        { "Inner must be a method that does not centralize gradients itself, but was ranger.", () => Catalogue.Parse("gradient_centralization(inner=ranger)") },
        { "Inner must be a method without an average of its own, but was lookahead(inner=lion).", () => Catalogue.Parse("lookahead(inner=lookahead(inner=lion))") },
        { "MomentumOnSynchronization must be none where the inner method has no momentum, as sgd has none, but was pullback.", () => Catalogue.Parse("lookahead(inner=sgd, momentum_on_synchronization=pullback)") },
        { "Exponent must be in (0, 0.5], but was 0.6.", () => Catalogue.Parse("padam(exponent=0.6)") },
        { "Nesterov must have Momentum above 0, but Momentum was 0.", () => Catalogue.Parse("sgdw(momentum=0, nesterov=true)") },
        { "MinimumStep must be at most MaximumStep, 0.5, but was 1.", () => Catalogue.Parse("rprop(minimum_step=1, maximum_step=0.5)") },
        { "FixedDecay must have Decoupled true, but Decoupled was false.", () => Catalogue.Parse("adabelief(fixed_decay=true, decoupled=false)") },
        { "AmsGrad must have Rectify false, but Rectify was true.", () => Catalogue.Parse("adabelief(ams_grad=true)") },
        { "UnrectifiedUpdate must be momentum where Rectify is false, but was none.", () => Catalogue.Parse("adabelief(rectify=false, unrectified_update=none)") },
        { "LearningRatePower must be in (-∞, 0), but was 0.", () => Catalogue.Parse("ftrl(learning_rate_power=0)") },
        { "CentralizeConvOnly must have GradientCentralization true, but GradientCentralization was false.", () => Catalogue.Parse("ranger(gradient_centralization=false, centralize_conv_only=true)") },
        { "GrowthRate must be in (1, ∞], but was 1.", () => Optimizer.For([Theta], new Prodigy { GrowthRate = 1 }) },
        { "Group 0 keeps no number 'distance'; it keeps r, d_max, d, k, d_before, pace.", () => Optimizer.For([Theta], new Prodigy()).GroupNumber("distance") },
        { "Beta1 must be in [0, 1), but was 1 at update 0.", () => Optimizer.For([Theta], new Adam { Beta1 = Schedule.Linear(1, 0.5, 3) }) },
        { "Beta1 depends on the length of the run in 'linear(0.85..0.95, 50%)', which is not known here; give it to Method.ForRun, or write lengths in updates.", () => Optimizer.For([Theta], Catalogue.Parse("adamw(beta1=linear(0.85..0.95, 50%))")) },
        { "The group must be in [0, 0], but was 1.", () => Optimizer.For([Theta], new Prodigy()).GroupNumber("d", 1) },
        { "Parameter 'theta' is not one of this optimizer's; ask for one that was given to it.", () => Optimizer.For([new Parameter<double>("other", new double[1])], new Sgd()).StateOf(Theta) },
        { "The state of parameter 'w' is kept in fewer bits, so there is no memory of Single to look at; save the optimizer's state and read that.", () => Optimizer.For([Narrow], [new ParameterGroup(new Adam()) { Precision = new Precision { State = StateFormat.BFloat16, SmallestReduced = 1 } }]).StateOf(Narrow) },
        { "The optimizer 'cautious(inner=cautious(inner=cautious(i…' must have at most 64 parentheses within each other, but has 65.", () => Catalogue.Parse(string.Concat(Enumerable.Repeat("cautious(inner=", 65)) + "lion" + new string(')', 65)) },
        { "The schedule 'warmup(5%) then cosine(1..0, 10)' is not understood at character 8: expected a number of updates (a percentage needs a known total), but found '5'.", () => Schedule.Parse("warmup(5%) then cosine(1..0, 10)") },
        { "Momentum must be in [0, 1), but was 2 at update 0.", () => Catalogue.Parse("lookahead(inner=sgd(momentum=linear(2..0.9, 50%)))") },
        { "The schedule 'linear(2..0.9, 5x)' is not understood at character 17: expected ',' or ')', but found 'x'.", () => Catalogue.Parse("sgd(momentum=linear(2..0.9, 5x))") },
        { "Parameter 'w' has no gradient; assign one of 3 elements.", () => new Parameter<float>("w", new float[3]) { HasGradient = true } },
        { "Parameter 'w' of shape [2147483647, 2147483647, 2147483647] must have at most 2147483647 elements; split it.", () => new Parameter<float>("w", new float[1], shape: [int.MaxValue, int.MaxValue, int.MaxValue]) },
        { "Parameters 'theta' and 'again' share memory and would be stepped twice; give shared weights to the optimizer once.", () => Optimizer.For([Theta, new Parameter<double>("again", Theta.Values[1..])], new Sgd()) },
        { "Nesterov must have Dampening 0, but Dampening was 0.5.", () => Optimizer.For([Theta], new Sgd { Nesterov = true, Momentum = 0.9, Dampening = 0.5 }) },
        { "An optimizer needs at least one parameter, but was given none.", () => Optimizer.For([], new Sgd()) },
        { "An optimizer needs at least one group, but was given none.", () => Optimizer.For([Theta], Array.Empty<ParameterGroup>()) },
        { "Parameter names must be unique within an optimizer, but 'theta' was given 2 times.", () => Optimizer.For([Theta, Theta], new Sgd()) },
        { "Parameter 'theta' belongs to none of the 1 groups; add a last group that takes every name, '*'.", () => Optimizer.For([Theta], [new ParameterGroup(new Sgd(), "fc*")]) },
        { "ClipNorm must be a number above 0, but was 0.", () => Optimizer.For([Theta], new Sgd()).ClipNorm = 0 },
        { "GradientScale must be a finite number, but was NaN.", () => Optimizer.For([Theta], new Sgd()).GradientScale = double.NaN },
        { "The gradient of parameter 'theta' must have 2 elements, but had 3.", () => Theta.Gradient = new double[3] },
        { "Parameter 'w' of shape [2, 3] must have 6 values, but had 5.", () => new Parameter<float>("w", new float[5], shape: [2, 3]) },
        { "The shape of parameter 'w' must have no negative size, but was [-1].", () => new Parameter<float>("w", new float[5], shape: [-1]) },
        { "The elements of parameter 'w' must be float, double, Half or BFloat16, but were Int32.", () => new Parameter<int>("w", new int[5]) },
        { "The number of threads must be at least 1, but was 0.", () => new Workers(0) },
        { "There is no optimizer 'adamm'; the nearest names are 'adam', 'adamp', 'adamw' ('descent optimizers' lists all).", () => Catalogue.Find("adamm") },
        { "'beta3' is not an option of lion; its options are learning_rate, weight_decay, maximize, beta1, beta2.", () => Catalogue.Parse("lion(beta3=1)") },
        { "The option 'beta1' of the optimizer 'lion(beta1)' must be written as name=value.", () => Catalogue.Parse("lion(beta1)") },
        { "The optimizer 'lion(beta1=0.5' must end with ')' after its options, as in sgd(momentum=0.9).", () => Catalogue.Parse("lion(beta1=0.5") },
        { "Beta1 must be a number, but was 'x'.", () => Catalogue.Parse("lion(beta1=x)") },
        { "Nesterov must be true or false, but was '1'.", () => Catalogue.Parse("sgd(nesterov=1)") },
        { "The value of a constant schedule must be a number of at least 0, but was -1.", () => Schedule.Constant(-1) },
        { "The length of a cosine schedule must be at least 1 update, but was 0.", () => Schedule.Cosine(1, 0, 0) },
        { "The fraction that a warmup starts from must be in [0, 1], but was 2.", () => Schedule.Warmup(5, from: 2) },
        { "The cycles of a cosine schedule must be a number above 0, but was 0.", () => new CosineSchedule(1, 0, 5) { Cycles = 0 } },
        { "'constant(1)' has no end, so nothing can follow it: give its length, as in 'constant(1) for 100'.", () => Schedule.Constant(1).Then(Schedule.Constant(2)) },
    };

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void A_mistake_is_one_sentence(string sentence, Func<object> mistake) =>
        Assert.Equal(sentence, Assert.Throws<DescentException>(mistake).Message);
}

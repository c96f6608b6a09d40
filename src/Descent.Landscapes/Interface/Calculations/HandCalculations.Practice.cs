namespace Descent.Landscapes.Interface.Calculations;

// Chapters 7 to 9: schedules, races, practice; and printed statements that no example shows.
internal static partial class HandCalculations
{
    private static IReadOnlyList<HandCalculation> Scheduled =>
    [
        new("cosine-warmup-1000", "Warmup and cosine, 1000 steps", "7", sheet => Cosine(sheet, [0, 50, 100, 325, 550, 775, 1000], hasFactors: true)),
        new("cosine-warmup-100000", "Warmup and cosine, 100 000 steps", "7", sheet => Cosine(sheet, [1000, 5000, 50000, 100000], hasFactors: false)),
        new("step-decay-imagenet", "Ten times smaller every 30 epochs", "7", sheet =>
        {
            sheet.Let("eta0", "start");
            sheet.Let("gamma", "gamma");
            for (var i = 0; i < 6; i++)
            {
                sheet.Line($"eta{sheet.Input("epochs", i)}", $"eta0 * gamma^{i / 2}", "lr", i);
            }
        }),
        new("linear-and-exponential-decay", "Linear and exponential decay", "7", sheet =>
        {
            sheet.Let("eta0", "max");
            sheet.Let("T", "total");
            sheet.Let("gamma", "gamma");
            for (var i = 0; i < 4; i++)
            {
                var t = sheet.Input("steps", i);
                sheet.Line($"l{t}", $"eta0 * (1 - {t}/T)", "linear", i);
                sheet.Line($"e{t}", $"eta0 * gamma^{t}", "exponential", i);
            }
        }),
        new("inverse-square-root", "Inverse square root, raw and normalised", "7", sheet =>
        {
            sheet.Let("W", "warmup");
            for (var i = 0; i < 5; i++)
            {
                var t = sheet.Input("steps", i);
                sheet.Line($"r{t}", $"min(1/sqrt({t}), {t} / (W * sqrt(W)))", "raw", i);
                sheet.Line($"n{t}", $"sqrt(W) * r{t}", "normalised", i);
            }

            sheet.Line("p", "1 / sqrt(512) / sqrt(W)", "transformerPeakDmodel512");
        }),
        new("wsd-schedule", "Warmup, hold, decay", "7", sheet =>
        {
            sheet.Let("eta", "max");
            sheet.Let("T", "total");
            sheet.Let("W", "warmup");
            sheet.Let("D", "decayStart");
            for (var i = 0; i < 7; i++)
            {
                var t = sheet.Input("steps", i);
                sheet.Line($"eta{t}", i < 3 ? $"eta * {t} / W" : i == 3 ? "eta" : $"eta * (T - {t}) / (T - D)", "lr", i);
            }
        }),
        new("cyclical-triangular", "A triangular cycle", "7", sheet =>
        {
            sheet.Let("a", "min");
            sheet.Let("b", "max");
            sheet.Let("h", "halfCycle");
            for (var i = 0; i < 6; i++)
            {
                var t = sheet.Input("steps", i);
                sheet.Line($"eta{t}", $"b - (b - a) * abs({t} - {(t < 200 ? 100 : 300)}) / h", "lr", i);
            }
        }),
        new("warm-restarts", "Cosine with warm restarts", "7", sheet =>
        {
            sheet.Let("eta", "max");
            (double From, double Length)[] periods = [(0, 10), (0, 10), (0, 10), (10, 20), (10, 20), (10, 20), (30, 40)];
            for (var i = 0; i < 7; i++)
            {
                var t = sheet.Input("steps", i);
                sheet.Line($"eta{t}", $"eta * (1 + cos(pi * ({t} - {periods[i].From}) / {periods[i].Length})) / 2", "lr", i);
            }
        }),
        new("warmup-bert", "BERT's warmup", "7", sheet =>
        {
            sheet.Let("W", "warmup");
            sheet.Let("T", "total");
            sheet.Line("p", "100 * W / T", "percent", 0);
        }),
    ];

    private static IReadOnlyList<HandCalculation> Races =>
    [
        new("ill-conditioned-race", "A race as it is printed", "8", sheet =>
        {
            sheet.Let("eta", "SGD/learningRate");
            sheet.Let("x0", sheet.Input("start", 0));
            sheet.Let("y0", sheet.Input("start", 1));
            sheet.Line("qx", "1 - eta*1");
            sheet.Line("qy", "1 - eta*20");
            sheet.Line("x100", "qx^100 * x0", "finalPoint/SGD", 0);
            sheet.Line("y100", "qy^100 * y0", "finalPoint/SGD", 1);
            sheet.Line("f100", "0.5 * (x100^2 + 20*y100^2)", "finalLoss/SGD", 0);
        }),
        new("ill-conditioned-race-tuned", "The race with tuned rates", "8", sheet =>
        {
            sheet.Line("eta", "2 / (1 + 20)", "sgdTheory/learningRate");
            sheet.Line("q", "(20 - 1) / (20 + 1)");
            sheet.Line("f", "0.5 * ((9*q^100)^2 + 20*(4*q^100)^2)", "sgdTheory/finalLoss");
            sheet.Line("eta2", "4 / (sqrt(20) + 1)^2", "heavyBallTheory/learningRate");
            sheet.Line("beta", "((sqrt(20) - 1) / (sqrt(20) + 1))^2", "heavyBallTheory/beta");
        }),
        new("arena-shared-rate", "One rate for all, many landscapes", "8", _ => { }),
        new("rosenbrock-path", "Rosenbrock's valley", "8", sheet =>
        {
            sheet.Let("x0", sheet.Input("start", 0));
            sheet.Let("y0", sheet.Input("start", 1));
            sheet.Let("eta", 0.001);
            sheet.Line("f0", "(1 - x0)^2 + 100*(y0 - x0^2)^2", "startLoss");
            for (var t = 0; t < 2; t++)
            {
                sheet.Line($"gx{t}", $"-2*(1 - x{t}) - 400*x{t}*(y{t} - x{t}^2)");
                sheet.Line($"gy{t}", $"200 * (y{t} - x{t}^2)");
                sheet.Line($"x{t + 1}", $"x{t} - eta*gx{t}", $"sgd/point/{t}/0");
                sheet.Line($"y{t + 1}", $"y{t} - eta*gy{t}", $"sgd/point/{t}/1");
                sheet.Line($"f{t + 1}", $"(1 - x{t + 1})^2 + 100*(y{t + 1} - x{t + 1}^2)^2", $"sgd/loss/{t}");
            }
        }),
        new("saddle-escape", "Leaving a saddle", "8", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Line("q", "1 + 2*eta");
            sheet.Line("n", "log(1 / 0.000001) / log(q)");
        }),
        new("landscape-outcomes", "Where each method ends", "8", _ => { }),
    ];

    private static IReadOnlyList<HandCalculation> Practice =>
    [
        new("gradient-clipping", "Clipping by the norm", "9", sheet =>
        {
            sheet.Let("gx", sheet.Input("gradient", 0));
            sheet.Let("gy", sheet.Input("gradient", 1));
            sheet.Skip("clipped");
            sheet.Line("n", "sqrt(gx^2 + gy^2)");
            for (var i = 0; i < 4; i++)
            {
                sheet.Let($"c{i + 1}", sheet.Input("thresholds", i));
                sheet.Line($"q{i + 1}", $"min(1, c{i + 1} / n)");
                sheet.Line($"a{i + 1}", $"q{i + 1} * gx", $"clipped/exact/{i}/0");
                sheet.Line($"b{i + 1}", $"q{i + 1} * gy", $"clipped/exact/{i}/1");
            }
        }),
        new("gradient-accumulation", "Eight small batches", "9", sheet =>
        {
            sheet.Let("b", "micro");
            sheet.Let("k", "times");
            sheet.Line("B", "b * k", "effectiveBatch", 0);
        }),
        new("feature-scaling", "Features raw and standardised", "9", sheet =>
        {
            foreach (var (name, path) in new[] { ("a", "Raw"), ("b", "Scaled") })
            {
                for (var i = 0; i < 3; i++)
                {
                    sheet.Let($"{name}{i + 1}", sheet.Result($"eigenvalues{path}/{i}"));
                }

                sheet.Line($"kappa{(name == "a" ? 1 : 2)}", $"{name}3 / {name}1", $"condition{path}");
                sheet.Line($"eta{(name == "a" ? 1 : 2)}", $"2 / {name}3", $"maxStableRate{path}");
            }
        }),
    ];

    private static IReadOnlyList<HandCalculation> Statements =>
    [
        new("D19", "Which epsilon", "4", sheet =>
        {
            sheet.Let("eta", 0.001);
            sheet.Let("g", 1e-6);
            sheet.Line("a", "eta * g / (g + 0.0000001)");
            sheet.Line("b", "eta * g / (g + 0.00000001)");
        }),
        new("D21", "The gradient of a penalty", "5", sheet =>
        {
            sheet.Let("lambda", 0.1);
            sheet.Let("theta", 5);
            sheet.Line("p", "2 * lambda * theta");
            sheet.Line("g", "lambda * theta");
        }),
        new("D23", "Two trust ratios", "6", sheet =>
        {
            sheet.Let("w", 5);
            sheet.Let("g", 2);
            sheet.Let("u", 0.9);
            sheet.Let("lambda", 0.1);
            sheet.Line("r1", "w / g");
            sheet.Line("r2", "w / (g + lambda*w)");
            sheet.Line("r3", "w / (u + lambda*w)");
        }),
        new("D31", "A warmup in tokens", "7", sheet =>
        {
            sheet.Let("n", 375e6);
            sheet.Line("k", "n / (3.2 * 10^6)");
            sheet.Line("p", "100 * n / (300 * 10^9)");
        }),
        new("D32", "How long to warm up", "7", sheet =>
        {
            sheet.Line("a", "max(0.01, max(0.01, 0.05))");
            sheet.Line("b", "min(0.05, min(0.1, 0.1))");
        }),
        new("D33", "Which default rate", "9", sheet => sheet.Line("r", "0.001 / 0.0003")),
        new("D40", "A plateau schedule needs its metric", "7", _ => { }),
        new("D41", "What AdamW improved, and where", "5", _ => { }),
        new("D42", "Years and names", "6", _ => { }),
        new("D43", "Fewer steps are not more throughput", "6", sheet => sheet.Line("r", "1 / 0.5")),
    ];

    private static void Cosine(CalculationSheet sheet, int[] steps, bool hasFactors)
    {
        sheet.Let("T", "total");
        sheet.Let("W", "warmup");
        sheet.Let("eta", "max");
        for (var i = 0; i < steps.Length; i++)
        {
            var t = steps[i];
            if (t < sheet.Input("warmup") || (!hasFactors && t == 5000))
            {
                sheet.Line($"q{t}", $"{t} / W", hasFactors ? "factor" : null, i);
            }
            else
            {
                sheet.Line($"p{t}", $"({t} - W) / (T - W)", t == 50000 ? "progressAt50000" : null, 0);
                sheet.Line($"q{t}", $"(1 + cos(pi * p{t})) / 2", hasFactors ? "factor" : t == 50000 ? "factorAt50000" : null, hasFactors ? i : 0);
            }

            sheet.Line($"eta{t}", $"eta * q{t}", "lr", i);
        }
    }
}

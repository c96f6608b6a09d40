namespace Descent.Landscapes.Interface.Calculations;

// Chapter 2: momentum, and the rates of theory.
internal static partial class HandCalculations
{
    private static IReadOnlyList<HandCalculation> Momentum =>
    [
        new("momentum-stability-limit", "Stability limits of momentum", "2", sheet =>
        {
            for (var i = 0; i < 4; i++)
            {
                sheet.Let($"beta{i + 1}", sheet.Input("beta", i));
                sheet.Line($"H{i + 1}", $"2 * (1 + beta{i + 1})", "heavyBall", i);
                sheet.Line($"N{i + 1}", $"(2 + 2*beta{i + 1}) / (1 + 2*beta{i + 1})", "nesterov", i);
            }
        }),
        new("ema-weights", "Weight of an old gradient", "2", sheet =>
        {
            sheet.Let("beta", "beta");
            for (var i = 0; i < 3; i++)
            {
                var k = sheet.Input("k", i);
                sheet.Line($"w{k}", $"beta^{k}", "weight", i);
            }
        }),
        new("effective-window", "How far momentum remembers", "2", sheet =>
        {
            for (var i = 0; i < 4; i++)
            {
                sheet.Let($"beta{i + 1}", sheet.Input("beta", i));
                sheet.Line($"n{i + 1}", $"1 / (1 - beta{i + 1})", "window", i);
            }
        }),
        new("momentum-amplification", "Steady and alternating gradients", "2", sheet =>
        {
            sheet.Let("mu", "mu");
            for (var i = 0; i < 7; i++)
            {
                var n = sheet.Input("steps", i);
                sheet.Line($"v{n}", $"(1 - mu^{n}) / (1 - mu)", "constant", i);
            }

            sheet.Line("v", "1 / (1 - mu)", "limitConstant", 0);
            for (var i = 0; i < 7; i++)
            {
                var n = sheet.Input("steps", i);
                sheet.Line($"a{n}", $"(1 - (-mu)^{n}) / (1 + mu)", "alternatingAbs", i);
            }

            sheet.Line("a", "1 / (1 + mu)", "limitAlternating");
            sheet.Line("r", "v / a");
        }),
        new("momentum-5-steps", "Momentum against plain descent", "2", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("beta", "beta");
            sheet.Line("x0", "0", "momentum", 0);
            sheet.Line("v0", "0", "velocity", 0);
            sheet.Line("s0", "0", "vanilla", 0);
            for (var t = 0; t < 5; t++)
            {
                sheet.Line($"g{t}", $"2 * (x{t} - 3)", t == 1 ? "gradientAtStep2" : null, 0);
                sheet.Line($"v{t + 1}", $"beta*v{t} + g{t}", "velocity", t + 1);
                sheet.Line($"x{t + 1}", $"x{t} - eta*v{t + 1}", "momentum", t + 1);
                sheet.Line($"s{t + 1}", $"s{t} - eta*2*(s{t} - 3)", "vanilla", t + 1);
            }

            sheet.Line("d", "x2 - x1", "stepSizes2", 0);
            sheet.Line("e", "s2 - s1", "stepSizes2", 1);
            sheet.Line("r", "x5 / s5", "ratioAtStep5", 0);
        }),
        new("nesterov-5-steps", "Nesterov, in both forms", "2", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("beta", "beta");
            sheet.Line("v0", "0");
            sheet.Line("x0", "0", "lookahead", 0);
            sheet.Line("p0", "x0", "pytorchForm", 0);
            for (var t = 0; t < 5; t++)
            {
                sheet.Line($"a{t}", $"x{t} - eta*beta*v{t}");
                sheet.Line($"g{t}", $"2 * (a{t} - 3)");
                sheet.Line($"v{t + 1}", $"beta*v{t} + g{t}");
                sheet.Line($"x{t + 1}", $"x{t} - eta*v{t + 1}", "lookahead", t + 1);
                sheet.Line($"p{t + 1}", $"x{t + 1} - eta*beta*v{t + 1}", "pytorchForm", t + 1);
            }
        }),
        new("momentum-averaging-form", "Momentum that averages", "2", sheet =>
        {
            sheet.Let("beta", "beta");
            foreach (var (name, rate, path) in new[] { ("x", "0.01", "rate001"), ("z", "0.1", "rate01") })
            {
                sheet.Line("v0", "0");
                sheet.Line($"{name}0", "0", path, 0);
                for (var t = 0; t < 5; t++)
                {
                    sheet.Line($"v{t + 1}", $"beta*v{t} + (1 - beta) * 2 * ({name}{t} - 3)");
                    sheet.Line($"{name}{t + 1}", $"{name}{t} - {rate}*v{t + 1}", path, t + 1);
                }
            }
        }),
        new("momentum-eta-0.1-converges", "Momentum at 0.1 overshoots and settles", "2", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("beta", "beta");
            sheet.Line("v0", "0");
            sheet.Line("x0", "0", "x", 0);
            for (var t = 0; t < 10; t++)
            {
                sheet.Line($"v{t + 1}", $"beta*v{t} + 2*(x{t} - 3)");
                sheet.Line($"x{t + 1}", $"x{t} - eta*v{t + 1}", "x", t + 1);
            }

            sheet.Line("x", "max(x5, max(x6, x7))", "maximum");
            sheet.Line("q", "sqrt(beta)", "contractionPerStep");
            sheet.Line("L", "2 * (1 + beta) / 2");
        }),
        new("momentum-reversal-time", "How soon a velocity turns", "2", sheet =>
        {
            for (var i = 0; i < 2; i++)
            {
                sheet.Let($"beta{i + 1}", sheet.Result($"rows/{i}/beta"));
                sheet.Line($"n{i + 1}", $"1 / (1 - beta{i + 1})");
                sheet.Line($"w{i + 1}", $"beta{i + 1}^{(i == 0 ? 10 : 100)}", $"rows/{i}/decayAfterWindow");
                var crosses = sheet.Result($"rows/{i}/crossesMinimumAt");
                var reverses = sheet.Result($"rows/{i}/velocityReversesAt");
                sheet.Let($"c{i + 1}", crosses);
                sheet.Let($"r{i + 1}", reverses);
                sheet.Line($"k{i + 1}", $"r{i + 1} - c{i + 1}", $"rows/{i}/stepsToReverse");
            }
        }),
        new("ravine-side-by-side", "Two methods in a ravine", "2", sheet =>
        {
            sheet.Let("eta", "learningRate");
            sheet.Let("beta", "beta");
            sheet.Let("x0", sheet.Input("start", 0));
            sheet.Let("y0", sheet.Input("start", 1));
            sheet.Line("qx", "1 - 90*eta", "sgdFactors", 0);
            sheet.Line("qy", "1 - 0.2*eta", "sgdFactors", 1);
            foreach (var (n, i) in new[] { (1, 0), (2, 1), (3, 2), (60, 3) })
            {
                sheet.Line($"x{n}", $"qx^{n} * x0", $"sgd/point/{i}/0");
                sheet.Line($"y{n}", $"qy^{n} * y0", $"sgd/point/{i}/1");
            }

            sheet.Line("f60", "45*x60^2 + 0.1*y60^2", "losses60", 0);
            sheet.Line("u0", "0");
            sheet.Line("v0", "0");
            sheet.Line("a0", "x0");
            sheet.Line("b0", "y0");
            for (var t = 0; t < 3; t++)
            {
                sheet.Line($"u{t + 1}", $"beta*u{t} + 90*a{t}");
                sheet.Line($"v{t + 1}", $"beta*v{t} + 0.2*b{t}");
                sheet.Line($"a{t + 1}", $"a{t} - eta*u{t + 1}", $"momentum/point/{t}/0");
                sheet.Line($"b{t + 1}", $"b{t} - eta*v{t + 1}", $"momentum/point/{t}/1");
            }
        }),
        new("rate-gradient-descent", "Rate of gradient descent", "2", sheet =>
        {
            sheet.Let("kappa", "kappa");
            sheet.Line("q", "(kappa - 1) / (kappa + 1)", "rate");
            sheet.Line("eta", "2 / (1 + kappa)");
            sheet.Line("r", "abs(1 - eta*kappa)", "normRatioEveryStep");
        }),
        new("rate-heavy-ball", "Rate of the heavy ball", "2", sheet =>
        {
            sheet.Let("kappa", "kappa");
            sheet.Line("eta", "4 / (sqrt(kappa) + 1)^2");
            sheet.Line("q", "(sqrt(kappa) - 1) / (sqrt(kappa) + 1)", "rate");
            sheet.Line("beta", "q^2");
            sheet.Line("r1", "sqrt(beta)", "spectralRadius", 0);
            sheet.Line("r2", "sqrt(beta)", "spectralRadius", 1);
        }),
        new("rate-nesterov-quadratic", "Rates of Nesterov", "2", sheet =>
        {
            sheet.Let("kappa", "kappa");
            sheet.Line("q1", "1 - 1/sqrt(kappa)", "standard");
            sheet.Line("q2", "1 - 2/sqrt(3*kappa + 1)", "optimal");
        }),
        new("iterations-vs-kappa", "Steps to a millionth", "2", sheet =>
        {
            for (var i = 0; i < 5; i++)
            {
                var k = $"kappa{i + 1}";
                sheet.Let(k, sheet.Input("kappa", i));
                sheet.Line($"n{i + 1}", $"log(0.000001) / log(({k} - 1) / ({k} + 1))", "gradientDescent", i);
                sheet.Line($"h{i + 1}", $"log(0.000001) / log((sqrt({k}) - 1) / (sqrt({k}) + 1))", "heavyBall", i);
                sheet.Line($"a{i + 1}", $"log(0.000001) / log(1 - 1/sqrt({k}))", "nesterov", i);
            }
        }),
        new("nesterov-worst-function", "Between the bounds, on the worst function", "2", sheet =>
        {
            sheet.Let("L", "L");
            for (var i = 0; i < sheet.Count("rows"); i++)
            {
                var (k, n) = ($"k{i + 1}", $"n{i + 1}");
                sheet.Let(k, sheet.Result($"rows/{i}/k"));
                sheet.Line(n, $"2*{k} + 1", $"rows/{i}/n");
                sheet.Line($"R{i + 1}", $"{n} * (2*{n} + 1) / (6 * ({n} + 1))", $"rows/{i}/R2");
                sheet.Line($"f{i + 1}", $"L/8 * (1/({n} + 1) - 1)", $"rows/{i}/fStar");
                sheet.Line($"l{i + 1}", $"3 * L * R{i + 1} / (32 * ({k} + 1)^2)", $"rows/{i}/lowerBound");
                sheet.Line($"u{i + 1}", $"L * R{i + 1} / (2 * {k})", $"rows/{i}/boundGd");
                sheet.Line($"a{i + 1}", $"2 * L * R{i + 1} / ({k} + 1)^2", $"rows/{i}/boundNesterov");
            }
        }),
    ];
}

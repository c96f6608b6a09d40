namespace Descent.Landscapes.Interface;

/// <summary>A member of the family that is not in the catalogue by its own name: a form of one that is, or a method that is described only.</summary>
/// <param name="Name">Its name among the nodes.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Year">The year of the paper.</param>
/// <param name="Preprint">The year of the preprint; the same where there is none.</param>
/// <param name="Family">The family that it belongs to.</param>
/// <param name="Parents">What it continues, the nearest first.</param>
/// <param name="Adds">What it adds.</param>
/// <param name="Run">How it is run; null where it is described only.</param>
/// <param name="Authors">Who published it.</param>
/// <param name="Link">Where to read it.</param>
/// <param name="Equation">Its rule, in one line.</param>
/// <param name="State">How much it keeps, in words.</param>
internal sealed record Relative(string Name, string Title, int Year, int Preprint, string Family, string[] Parents, string Adds, string? Run, string Authors, string Link, string Equation, string State)
{
    public static IReadOnlyList<Relative> All { get; } =
    [
        new("momentum", "Momentum", 1964, 1964, "momentum", ["sgd"], "a velocity that adds up past gradients", "sgd(momentum=0.9)", "Polyak", "https://doi.org/10.1016/0041-5553(64)90137-5", "v ← μ·v + g; θ ← θ − η·v", "one number per parameter"),
        new("nesterov", "Nesterov", 1983, 1983, "momentum", ["momentum"], "the gradient where the velocity is about to lead", "sgd(momentum=0.9, nesterov=true)", "Nesterov", "https://zbmath.org/0535.90071", "v ← μ·v + g(θ − η·μ·v); θ ← θ − η·v", "one number per parameter"),
        new("kfac", "K-FAC", 2015, 2015, "curvature", ["sgd"], "the Fisher matrix of each layer as a product of two small ones", null, "Martens, Grosse", "https://arxiv.org/abs/1503.05671", "W ← W − η·G⁻¹·∇W·A⁻¹", "two square matrices per layer"),
        new("shampoo", "Shampoo", 2018, 2018, "curvature", ["adagrad"], "a matrix of gradient products for each axis of a tensor, in place of single squares", null, "Gupta, Koren, Singer", "https://arxiv.org/abs/1802.09568", "W ← W − η·L^(−1/4)·G·R^(−1/4)", "one square matrix per axis"),
        new("soap", "SOAP", 2025, 2024, "curvature", ["shampoo", "adam"], "Adam in the coordinates that Shampoo finds", null, "Vyas et al.", "https://arxiv.org/abs/2409.11321", "Adam on QL'·G·QR, turned back", "Adam's two numbers, and two square matrices per layer"),
        new("sam", "SAM", 2021, 2020, "wrapper", ["sgd"], "the gradient at the worst point nearby, so that flat valleys win", null, "Foret, Kleiner, Mobahi, Neyshabur", "https://arxiv.org/abs/2010.01412", "θ ← θ − η·g(θ + ρ·g/‖g‖)", "a copy of the gradient; two gradients per update"),
        new("muon", "Muon", 2024, 2024, "layer_wise", ["momentum"], "the momentum of a matrix made orthogonal before the step", null, "Jordan et al.", "https://kellerjordan.github.io/posts/muon/", "W ← W − η·UV' of the momentum USV'", "one number per parameter"),
    ];
}

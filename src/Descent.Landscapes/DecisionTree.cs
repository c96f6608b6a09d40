using Descent.Optimizers;

namespace Descent.Landscapes;

/// <summary>An answer to a question, and where it leads.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Next">The node that follows.</param>
public sealed record DecisionAnswer(string Text, string Next);

/// <summary>What a leaf recommends: where to begin, not where to end.</summary>
/// <param name="Optimizer">As it is written on the command line.</param>
/// <param name="LearningRate">The usual range.</param>
/// <param name="Schedule">As it is written on the command line.</param>
/// <param name="WeightDecay">The usual value.</param>
/// <param name="Clip">The usual largest norm of the gradient.</param>
/// <param name="Reason">Why.</param>
public sealed record Recommendation(string Optimizer, string LearningRate, string Schedule, string WeightDecay, string Clip, string Reason);

/// <summary>A question with its answers, or a leaf with a recommendation.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Question">The question; the situation at a leaf.</param>
/// <param name="Answers">None at a leaf.</param>
/// <param name="Recommendation">Null at a question.</param>
public sealed record DecisionNode(string Id, string Question, IReadOnlyList<DecisionAnswer> Answers, Recommendation? Recommendation);

/// <summary>Questions that lead from a task to a method with its settings; the first node is the root.</summary>
public static class DecisionTree
{
    /// <summary>All nodes, each reached from the first.</summary>
    public static IReadOnlyList<DecisionNode> Nodes { get; } =
    [
        Ask("task", "What is trained?", ("a model from scratch", "model"), ("a pretrained model, further", "pretrained"), ("something quickly, to have a baseline", "baseline")),
        Ask("model", "What kind of model is it?", ("a transformer", "transformer"), ("a convolutional network for images", "images"), ("a recurrent network", "recurrent"), ("a generative adversarial network", "adversarial"), ("a policy, by reinforcement", "policy"), ("embeddings of many rare items", "sparse"), ("a small network or a table", "small")),
        Ask("transformer", "How large is it?", ("more than a billion parameters", "large"), ("smaller, for language", "language"), ("smaller, for images", "vision")),
        Ask("images", "How large are the batches?", ("up to a few thousand images", "convolutional"), ("tens of thousands of images", "large-batch")),
        Ask("large", "Does the state of Adam fit into memory?", ("yes", "large-language"), ("no", "memory")),
        Ask("pretrained", "What is it?", ("a language model such as BERT", "fine-tune-language"), ("a network for images", "fine-tune-images")),
        Leaf("baseline", "A quick baseline", "adam", "0.001", "constant(0.001)", "0", "none", "Adam works at its defaults on most problems; tune afterwards."),
        Leaf("large-language", "A large language model", "adamw(beta2=0.95)", "1e-4 to 6e-4", "warmup(5%) then cosine(3e-4..3e-5)", "0.1", "1", "β₂ of 0.95 forgets spikes faster; the rate ends at a tenth of its peak."),
        Leaf("memory", "A model whose state must be small", "adafactor", "0.001 to 0.01", "warmup(5%) then inverse-square-root", "0", "1", "Row and column sums instead of a second moment per parameter; Lion keeps one buffer instead of two."),
        Leaf("language", "A transformer for language", "adamw", "1e-4 to 1e-3", "warmup(5%) then cosine(5e-4..0)", "0.01 to 0.1", "1", "Gradients of different layers differ in size by orders of magnitude; warmup steadies the first averages."),
        Leaf("vision", "A vision transformer", "adamw", "5e-4 to 3e-3", "warmup(10%) then cosine(1e-3..0)", "0.05 to 0.3", "1", "Without the biases of convolutions it needs strong decay and a long warmup."),
        Leaf("convolutional", "A convolutional network", "sgd(momentum=0.9, nesterov=true, weight_decay=0.0005)", "0.01 to 0.1", "warmup(5%) then cosine(0.1..0)", "1e-4 to 5e-4", "none", "Well scaled layers need no rate per parameter, and the noise of SGD finds minima that generalize."),
        Leaf("large-batch", "A convolutional network with large batches", "lars", "in proportion to the batch", "warmup(10%) then polynomial(1..0)", "1e-4", "none", "A rate per layer keeps the update in proportion to the weights; LAMB does the same for transformers."),
        Leaf("recurrent", "A recurrent network", "adam", "1e-3", "constant(0.001)", "0", "1", "Gradients explode through time: clipping matters more than the method."),
        Leaf("adversarial", "A generative adversarial network", "adam(beta1=0.5)", "2e-4", "constant(0.0002)", "0", "none", "The two networks chase each other: long momentum points to where the other was."),
        Leaf("policy", "A policy trained by reinforcement", "adam(epsilon=1e-5)", "3e-4", "linear(3e-4..0)", "0", "0.5", "Gradients are noisy and their scale drifts; a larger ε and clipping keep steps small."),
        Leaf("sparse", "Embeddings of rare items", "adagrad", "0.01 to 0.1", "constant(0.05)", "0", "none", "A rate per row that shrinks only where gradients come: rare rows keep theirs."),
        Leaf("small", "A small network or a table", "adamw", "0.001", "warmup(5%) then cosine(0.001..0)", "0.01", "none", "Needs no tuning; on a few hundred rows L-BFGS is worth a try."),
        Leaf("fine-tune-language", "Fine-tuning a language model", "adamw", "1e-5 to 5e-5", "warmup(10%) then linear(2e-5..0)", "0.01", "1", "The weights are good: small steps, a short warmup, and a linear end."),
        Leaf("fine-tune-images", "Fine-tuning a network for images", "sgd(momentum=0.9)", "0.001 to 0.01", "cosine(0.005..0)", "1e-4", "none", "A tenth of the rate from scratch; freeze the first layers where data are few."),
    ];

    private static DecisionNode Ask(string id, string question, params (string Text, string Next)[] answers) =>
        new(id, question, [.. answers.Select(answer => new DecisionAnswer(answer.Text, answer.Next))], null);

    private static DecisionNode Leaf(string id, string situation, string optimizer, string rate, string schedule, string decay, string clip, string reason) =>
        new(id, situation, [], new Recommendation(Catalogue.Text(Catalogue.Parse(optimizer)), rate, schedule, decay, clip, reason));
}

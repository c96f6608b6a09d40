namespace Descent.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("", "descent [command] [options]", "--help --version train predict sample optimizers")]
    [InlineData("train", "descent train [<DATA>] [options]", "--target --task --context --header --model --optimizer --learning-rate --schedule --weight-decay --batch-size --epochs --clip-norm --seed --validation --patience --out --resume --overwrite --threads --max-steps --quiet --help <DATA>")]
    [InlineData("predict", "descent predict <RUN> <DATA> [options]", "--out --overwrite --threads --help <RUN> <DATA>")]
    [InlineData("sample", "descent sample <RUN> [options]", "--prompt --length --temperature --top-k --seed --threads --help <RUN>")]
    [InlineData("optimizers", "descent optimizers [command] [options]", "--help show")]
    [InlineData("optimizers show", "descent optimizers show <METHOD> [options]", "--help <METHOD>")]
    public void Help_names_every_option(string verb, string usage, string words)
    {
        foreach (var flag in new[] { "--help", "-h", "-?" })
        {
            var answer = place.Succeed([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), flag]);
            Assert.Contains("Usage:\n  " + usage + "\n", answer.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.All(words.Split(' '), word => Assert.Contains(word, answer.Output, StringComparison.Ordinal));
            Assert.DoesNotContain("Descent.Cli", answer.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "A command must be given: train, predict, sample, optimizers, schedule, race, state, play; see 'descent --help'.")]
    [InlineData("trian", "There is no command 'trian'; the nearest are 'train', 'play', 'race'; see 'descent --help'.")]
    [InlineData("trian --epochs 3", "There is no command 'trian'; the nearest are 'train', 'play', 'race'; see 'descent --help'.")]
    [InlineData("--epochs 3", "There is no option '--epochs'; the nearest are '--help', '--version'; see 'descent --help'.")]
    [InlineData("optimizers shwo adam", "There is no command 'shwo'; the nearest are 'show', 'tree'; see 'descent optimizers --help'.")]
    [InlineData("optimizers show", "Required argument missing for command: 'show'; see 'descent optimizers show --help'.")]
    [InlineData("optimizers show adam lion", "Unrecognized command or argument 'lion'; see 'descent optimizers show --help'.")]
    [InlineData("predict", "Required argument missing for command: 'predict'; see 'descent predict --help'.")]
    [InlineData("predict run", "Required argument missing for command: 'predict'; see 'descent predict --help'.")]
    [InlineData("predict run data --oot x", "There is no option '--oot'; the nearest are '--out', '--help', '--overwrite'; see 'descent predict --help'.")]
    [InlineData("predict run data --threads 0", "--threads must be a whole number from 1 to 256, but was '0'; see 'descent predict --help'.")]
    [InlineData("train --epohcs 3", "There is no option '--epohcs'; the nearest are '--epochs', '--model', '--out'; see 'descent train --help'.")]
    [InlineData("train --epohcs", "There is no option '--epohcs'; the nearest are '--epochs', '--model', '--out'; see 'descent train --help'.")]
    [InlineData("train -q", "There is no option '-q'; the nearest are '--out', '--clip', '--help'; see 'descent train --help'.")]
    [InlineData("train --resume --dir", "There is no option '--dir'; the nearest are '--clip', '--out', '--header'; see 'descent train --help'.")]
    [InlineData("train a b", "Unrecognized command or argument 'b'; see 'descent train --help'.")]
    [InlineData("train -- --strange", "--strange does not exist; check the name and the folder.")]
    [InlineData("train @@file", "@file does not exist; check the name and the folder.")]
    [InlineData("train --epochs 2 --epochs 3", "Option '--epochs' expects a single argument but 2 were provided; see 'descent train --help'.")]
    [InlineData("train --epochs", "Required argument missing for option: '--epochs'; see 'descent train --help'.")]
    [InlineData("train --epochs 0", "--epochs must be a whole number of at least 1, but was '0'; see 'descent train --help'.")]
    [InlineData("train --epochs 1.5", "--epochs must be a whole number of at least 1, but was '1.5'; see 'descent train --help'.")]
    [InlineData("train --epochs 99999999999", "--epochs must be a whole number of at least 1, but was '99999999999'; see 'descent train --help'.")]
    [InlineData("train --batch-size 0", "BatchSize must be at least 1, but was 0.")]
    [InlineData("train --batch-size 2.5", "BatchSize must be a whole number of at least 1, or a schedule as in linear(32..256, 50%), but was '2.5'.")]
    [InlineData("train --batch-size -3", "BatchSize must be at least 1, but was -3.")]
    [InlineData("train --max-steps 0", "--max-steps must be a whole number of at least 1, but was '0'; see 'descent train --help'.")]
    [InlineData("train --patience 0", "--patience must be a whole number of at least 1, but was '0'; see 'descent train --help'.")]
    [InlineData("train --threads 0", "--threads must be a whole number from 1 to 256, but was '0'; see 'descent train --help'.")]
    [InlineData("train --threads 257", "--threads must be a whole number from 1 to 256, but was '257'; see 'descent train --help'.")]
    [InlineData("train --seed -1", "--seed must be a whole number from 0 to 18446744073709551615, but was '-1'; see 'descent train --help'.")]
    [InlineData("train --learning-rate abc", "--learning-rate must be a number, but was 'abc'; see 'descent train --help'.")]
    [InlineData("train --learning-rate NaN", "--learning-rate must be a number, but was 'NaN'; see 'descent train --help'.")]
    [InlineData("train --learning-rate 1e999", "--learning-rate must be a number, but was '1e999'; see 'descent train --help'.")]
    [InlineData("train --learning-rate 0,1", "--learning-rate must be a number, but was '0,1'; see 'descent train --help'.")]
    [InlineData("train --accumulate 0", "--accumulate must be a whole number of at least 1, but was '0'; see 'descent train --help'.")]
    [InlineData("train --clip ~", "--clip must not be empty; see 'descent train --help'.")]
    [InlineData("train --task clustering", "--task must be auto, classification, regression or text, but was 'clustering'; see 'descent train --help'.")]
    [InlineData("train --header maybe", "--header must be auto, yes or no, but was 'maybe'; see 'descent train --help'.")]
    [InlineData("train ~", "DATA must not be empty; see 'descent train --help'.")]
    [InlineData("train --out ~", "--out must not be empty; see 'descent train --help'.")]
    [InlineData("train --resume ~", "--resume must not be empty; see 'descent train --help'.")]
    [InlineData("train --target ~", "--target must not be empty; see 'descent train --help'.")]
    [InlineData("predict ~ data", "RUN must not be empty; see 'descent predict --help'.")]
    [InlineData("predict run ~", "DATA must not be empty; see 'descent predict --help'.")]
    [InlineData("predict run data --out ~", "--out must not be empty; see 'descent predict --help'.")]
    [InlineData("train --target x", "--target and --header belong to a data file, but none was given; name the file, or leave them out to train on the generated digits.")]
    [InlineData("train --task regression", "The generated digits are for classification; name a data file to learn a regression.")]
    public void A_mistake_in_the_command_is_one_sentence(string command, string sentence)
    {
        // ~ stands for an empty argument, and @@ for an @ that names no file of the test.
        string[] arguments = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "~" ? "" : word)];
        arguments = [.. arguments.Select(word => word.StartsWith("@@", StringComparison.Ordinal) ? place[word[1..]] : word)];
        Assert.Equal(sentence, place.Refuse(arguments).Replace(Directory.GetCurrentDirectory() + "/", "", StringComparison.Ordinal));
    }
}

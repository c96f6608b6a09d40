using System.Text;

namespace Descent.Cli.Tests;

/// <summary>Mistakes in the data, the options and the output folder: one sentence, exit code 2, and every file as it was.</summary>
[Collection(OneCommandAtATime.Name)]
public sealed class RefusalTests : IDisposable
{
    private readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("", "data.csv is empty; it must hold rows of numbers and a target.")]
    [InlineData("\n\n", "data.csv is empty; it must hold rows of numbers and a target.")]
    [InlineData("a,b,c\n", "data.csv holds a header but no rows; add rows of numbers below it.")]
    [InlineData("a,b,c\n1,2,x\n3,y\n", "data.csv, line 3: the row has 2 fields where 3 must be, as in the first line; check its separators and quotes.")]
    [InlineData("a,b,c\n1,2,x\n3,4,5,y\n", "data.csv, line 3: the row has 4 fields where 3 must be, as in the first line; check its separators and quotes.")]
    [InlineData("a,b,c\n1,2,x\n3,four,y\n", "data.csv, line 3, column 2 ('b'): the text 'four' stands where a number such as 5.1 must be; replace it by a number or remove the column.")]
    [InlineData("a,b,c\n1,2,x\n3,NaN,y\n", "data.csv, line 3, column 2 ('b'): the value is missing ('NaN'); fill it in or remove the row.")]
    [InlineData("a,b,c\n1,2,x\n3,,y\n", "data.csv, line 3, column 2 ('b'): the value is missing (''); fill it in or remove the row.")]
    [InlineData("a,b,c\n1,2,x\n3,4,\n", "data.csv, line 3, column 3 ('c'): the value is missing (''); fill it in or remove the row.")]
    [InlineData("a,b,c\n1,2,x\n3,Infinity,y\n", "data.csv, line 3, column 2 ('b'): 'Infinity' is not a finite number within ±3.4E+38; correct it or remove the row.")]
    [InlineData("a,b,c\n1,2,x\n3,1e39,y\n", "data.csv, line 3, column 2 ('b'): '1e39' is not a finite number within ±3.4E+38; correct it or remove the row.")]
    [InlineData("a,b,c\n1,2,0.5\n3,4,-Infinity\n", "data.csv, line 3, column 3 ('c'): '-Infinity' is not a finite number within ±1.8E+308; correct it or remove the row.")]
    [InlineData("a,b,c\n1,2,x\n3,4,x\n", "data.csv, column 3 ('c'): every row has the same value 'x', so there is nothing to learn; choose another target column or add rows.")]
    [InlineData("a,b,c\n1,2,x\n3,4,x\n5,6,y\n", "The class 'y' has 1 row, but a split needs at least 2 of each class; add rows of it or remove it.")]
    [InlineData("a,b,c\n1,2,0.5\n3,4,1.5\n5,6,2.5\n7,8,oops\n9,9,3.5\n", "data.csv, column 3 ('c'), line 5: the target is the text 'oops' where other rows have numbers; correct it, or ask for classification.")]
    [InlineData("a,a,c\n1,2,x\n", "data.csv, line 1: the columns 1 and 2 have the same name 'a'; give every column its own name.")]
    [InlineData("a,b,c\n1,2,\"x\n", "data.csv, line 2: the quote that opens a field here is never closed; close it or remove it.")]
    [InlineData("1\n2\n", "data.csv has a single column where at least one feature and the target must be; check that the separator is ',', ';' or a tab.")]
    public void Bad_rows_are_refused_and_the_old_run_stays(string csv, string sentence)
    {
        place.Write("good.csv", Samples.Flowers());
        place.Succeed("train", "@good.csv", "--out", "@run", "--epochs", "1");
        place.Write("data.csv", csv);
        Assert.Equal(sentence, place.Refuse("train", "@data.csv", "--out", "@run", "--overwrite"));
        Assert.Equal(sentence, place.Refuse("train", "@data.csv", "--out", "@new"));
    }

    [Theory]
    [InlineData("LearningRate must be in [0, ∞), but was -0.1.", "--learning-rate", "-0.1")]
    [InlineData("WeightDecay must be in [0, ∞), but was -1.", "--weight-decay", "-1")]
    [InlineData("OpenBLAS could not be loaded from 'nowhere.so'; name the file of the library for this system, or leave it out to have the installed one.", "--openblas", "nowhere.so")]
    [InlineData("ClipNorm must be a number above 0, but was 0.", "--clip-norm", "0")]
    [InlineData("The clipping must be none or norm(MAXIMUM, p=P) or value(LIMIT) or tensor(MAXIMUM, p=P) or adaptive(FACTOR, floor=F) or percentile(PERCENTILE, history=N), but was 'half'.", "--clip", "half")]
    [InlineData("The clipping 'value' has no LIMIT; write it as value(LIMIT).", "--clip", "value")]
    [InlineData("The limit of clipping by value must be a number of at least 0, but was -1.", "--clip", "value(-1)")]
    [InlineData("The precision must be float32, bfloat16 or float16, the latter two also with +compensated, +stochastic or +nearest instead of master weights, but was 'float8'.", "--precision", "float8")]
    [InlineData("The precision must be float32, bfloat16 or float16, the latter two also with +compensated, +stochastic or +nearest instead of master weights, but was 'float32+stochastic'.", "--precision", "float32+stochastic")]
    [InlineData("The precision of the state must be float32 or bfloat16 or bfloat16+stochastic or 8bit, but was '4bit'.", "--state-precision", "4bit")]
    [InlineData("The loss scale must be a number above 0, but was 0.", "--loss-scale", "0")]
    [InlineData("The loss scale must be a number or dynamic(INITIAL, growth=G, backoff=B, interval=STEPS) or hysteretic(INITIAL, factor=F, window=STEPS, minimum=M, hysteresis=N, consecutive=true|false), but was 'big'.", "--loss-scale", "big")]
    [InlineData("The decay of an exponential average must be in [0, 1), but was 1.", "--average", "ema(1)")]
    [InlineData("The average 'swa(10)' has no EVERY; write it as swa(AFTER, EVERY, rate=R, anneal=UPDATES, linear=true|false).", "--average", "swa(10)")]
    [InlineData("Lookahead changes the training itself, so it is not an average but a method: write the optimizer as lookahead(inner=adamw), which is evaluated at its slow weights.", "--average", "lookahead(6)")]
    [InlineData("The model may end with '+batch_norm' after its sizes, as in mlp:128,64+batch_norm, but was 'mlp:8+norm'.", "--model", "mlp:8+norm")]
    [InlineData("ValidationFraction must be in (0, 1), but was 1.", "--validation", "1")]
    [InlineData("There is no optimizer 'admaw'; the nearest names are 'adam', 'adamax', 'adamw' ('descent optimizers' lists all).", "--optimizer", "admaw")]
    [InlineData("'mass' is not an option of sgd; its options are learning_rate, weight_decay, maximize, momentum, dampening, nesterov.", "--optimizer", "sgd(mass=1)")]
    [InlineData("Momentum must be in [0, 1), but was 1.", "--optimizer", "sgd(momentum=1)")]
    [InlineData("Nesterov must have Momentum above 0, but Momentum was 0.", "--optimizer", "sgd(nesterov=true)")]
    [InlineData("The schedule 'cosin' is not understood at character 1: there is no schedule 'cosin'; the nearest are 'cosine', 'constant', 'custom' ('descent schedule --list' shows all).", "--schedule", "cosin")]
    [InlineData("The schedule 'cosine(' is not understood at character 8: expected a number, but found the end of the text.", "--schedule", "cosine(")]
    [InlineData("The model must be linear, mlp:128,64, cnn:32,64, resnet-8, lstm:128,1, gru:128,1 or transformer:64,4,2, with sizes of your own, but was 'cnm'.", "--model", "cnm")]
    [InlineData("The sizes of hidden layers must be whole numbers from 1 to 1000000, as in mlp:128,64, but 'mlp:8,0' has '0'.", "--model", "mlp:8,0")]
    [InlineData("A tensor may have at most 2147483647 elements, but shape [1000000, 1000000] has more; split it.", "--model", "mlp:1000000,1000000")]
    [InlineData("flowers.csv has no column 'knd'; the nearest of its 4 columns are 'kind', 'width', 'length', and a number or 'last' is allowed too.", "--target", "knd")]
    [InlineData("flowers.csv: the target column number must be in [1, 4], but was 5.", "--target", "5")]
    [InlineData("flowers.csv, line 2, column 4 ('kind'): the text 'plain' stands where a number such as 5.1 must be; replace it by a number or remove the column.", "--target", "width")]
    [InlineData("flowers.csv, column 4 ('kind'), line 2: the target is the text 'plain' where regression needs a number; choose another column or classification.", "--task", "regression")]
    public void Bad_options_are_refused_and_the_old_run_stays(string sentence, string option, string value)
    {
        place.Write("flowers.csv", Samples.Flowers());
        place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "1");
        Assert.Equal(sentence, place.Refuse("train", "@flowers.csv", "--out", "@run", "--overwrite", option, value));
        Assert.Equal(sentence, place.Refuse("train", "@flowers.csv", "--out", "@new", option, value));
    }

    [Theory]
    [InlineData("The clipping is given twice, by --clip and by --clip-norm; give it once.", "--clip", "value(1)", "--clip-norm", "1")]
    [InlineData("Statistics are re-estimated for models with batch norm, but the model is 'mlp:8'; write it as in mlp:128,64+batch_norm, or do not ask for it.", "--model", "mlp:8", "--reestimate-statistics")]
    [InlineData("Batch norm needs at least 2 rows in every batch, but of 48 training rows in batches of 47 the last has 1; choose another batch size.", "--model", "mlp:8+batch_norm", "--batch-size", "47")]
    [InlineData("schedule_free_sgd keeps an average of its own, so that another one would average its training point; use one of both.", "--optimizer", "schedule_free_sgd", "--average", "ema(0.9)")]
    public void Options_that_do_not_go_together_are_refused(string sentence, params string[] options)
    {
        place.Write("flowers.csv", Samples.Flowers());
        Assert.Equal(sentence, place.Refuse(["train", "@flowers.csv", "--out", "@new", .. options]));
    }

    [Fact]
    public void Missing_folders_and_damaged_files_are_refused()
    {
        Assert.Equal("nowhere.csv does not exist; check the name and the folder.", place.Refuse("train", "@nowhere.csv", "--out", "@run"));
        Directory.CreateDirectory(place["folder"]);
        Assert.Equal(
            "The folder folder holds no images; name a CSV file, a folder with IDX images and labels, or one with a folder of PNG or PGM images for each class.",
            place.Refuse("train", "@folder", "--out", "@run"));
        var gzip = Samples.Gzip(Encoding.UTF8.GetBytes(Samples.Flowers()));
        place.Write("cut.csv.gz", gzip[..^20]);
        Assert.Equal("cut.csv.gz is a damaged or cut-off gzip file; make or fetch it again.", place.Refuse("train", "@cut.csv.gz", "--out", "@run"));
        gzip[gzip.Length / 2] ^= 255;
        place.Write("damaged.csv.gz", gzip);
        Assert.Equal("damaged.csv.gz is a damaged or cut-off gzip file; make or fetch it again.", place.Refuse("train", "@damaged.csv.gz", "--out", "@run"));
        place.Write("utf16.csv", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Samples.Flowers())).ToArray());
        Assert.Equal("utf16.csv is UTF-16 text; save it as UTF-8.", place.Refuse("train", "@utf16.csv", "--out", "@run"));
    }

    [Fact]
    public void Images_that_are_cut_off_or_do_not_match_their_labels_are_refused()
    {
        Samples.Images(place, labels: 39);
        Assert.Equal(
            "images/a-labels-idx1-ubyte holds 39 labels for the 40 images of images/a-images-idx3-ubyte.gz; the two must belong together.",
            place.Refuse("train", "@images", "--out", "@run"));
        Directory.Delete(place["images"], recursive: true);
        Samples.Images(place);
        place.Write("images/a-labels-idx1-ubyte", Samples.Idx([40], new byte[20]));
        Assert.Equal(
            "images/a-labels-idx1-ubyte is cut off: 40 values need 40 bytes after the IDX header, but only 20 were found; fetch it again.",
            place.Refuse("train", "@images", "--out", "@run"));
        File.Delete(place["images/a-labels-idx1-ubyte"]);
        Assert.Equal(
            "The folder images holds no IDX labels for images/a-images-idx3-ubyte.gz; put the labels file beside it.",
            place.Refuse("train", "@images", "--out", "@run"));
    }

    [Fact]
    public void An_output_folder_that_holds_a_run_or_is_a_file_is_refused()
    {
        place.Write("flowers.csv", Samples.Flowers());
        place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "1");
        const string Holds = "The output folder 'run' already holds a run; use --resume to go on with it, --overwrite to replace it, or another folder.";
        Assert.Equal(Holds, place.Refuse("train", "@flowers.csv", "--out", "@run"));
        Assert.Equal(Holds, place.Refuse("train", "@nowhere.csv", "--out", "@run"));
        Assert.Equal("The output folder 'flowers.csv' is a file; choose another.", place.Refuse("train", "@flowers.csv", "--out", "@flowers.csv"));
        Assert.Equal("The output folder 'flowers.csv' is a file; choose another.", place.Refuse("train", "@flowers.csv", "--out", "@flowers.csv", "--overwrite"));
        Assert.StartsWith("The output folder 'flowers.csv/run' cannot be used (", place.Refuse("train", "@flowers.csv", "--out", "@flowers.csv/run"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("checkpoint.safetensors")]
    public void A_full_disk_leaves_the_old_run(string file)
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        place.Write("flowers.csv", Samples.Flowers());
        place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "1");
        File.CreateSymbolicLink(place[$"run/{file}.partial"], "/dev/full");
        Assert.Equal(
            $"'run/{file}' could not be written (No space left on device : 'run/{file}.partial'), and what was there is unchanged; make room or choose another folder.",
            place.Refuse("train", "@flowers.csv", "--out", "@run", "--epochs", "1", "--overwrite"));
    }

    [Fact]
    public void A_disk_that_fills_up_during_a_run_leaves_its_last_checkpoint()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        place.Write("flowers.csv", Samples.Flowers());
        place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "3", "--max-steps", "2");
        File.CreateSymbolicLink(place["run/model.safetensors.partial"], "/dev/full");
        var checkpoint = File.ReadAllBytes(place["run/checkpoint.safetensors"]);
        var answer = place.Run("train", "--resume", "@run", "--quiet");
        Assert.Equal((2, ""), (answer.Code, answer.Output));
        Assert.Equal(
            "'run/model.safetensors' could not be written (No space left on device : 'run/model.safetensors.partial'), and what was there is unchanged; make room or choose another folder.",
            Place.Sentence(answer.Error));
        Assert.Equal(checkpoint, File.ReadAllBytes(place["run/checkpoint.safetensors"]));
        place.Succeed("train", "--resume", "@run", "--quiet");
    }

    [Fact]
    public void Divergence_is_one_sentence_and_keeps_the_last_good_checkpoint()
    {
        place.Write("prices.csv", Samples.Prices());
        var answer = place.Run("train", "@prices.csv", "--target", "price", "--out", "@run", "--optimizer", "sgd", "--learning-rate", "1e6", "--schedule", "constant", "--batch-size", "8", "--quiet");
        Assert.Equal((2, ""), (answer.Code, answer.Output));
        Assert.Matches(
            "^Training diverged: the loss was (NaN|Infinity) at step [0-9]+ \\(epoch 1\\), most likely because the learning rate of 1000000 is too high for sgd with the schedule 'constant\\(1000000\\)'; "
            + "start again with a tenth of it or with --clip-norm 1 \\(the last good checkpoint, of the start, is kept in 'run'\\)\\.$",
            Place.Sentence(answer.Error));
        Assert.Equal("diverged", place.Json("run/summary.json")["end"]!.GetValue<string>());
        var before = File.ReadAllBytes(place["run/checkpoint.safetensors"]);
        place.Succeed("train", "--resume", "@run", "--max-steps", "1", "--quiet");
        Assert.NotEqual(before, File.ReadAllBytes(place["run/checkpoint.safetensors"]));
    }
}

namespace Llava.Pipeline.Tests;

/// <summary>What a user gets wrong: one coded line each, all of them at once, before anything runs.</summary>
public sealed class ErrorTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-errors-").FullName;

    string Artifacts => Path.Combine(_folder, "artifacts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_unknown_recipe_is_named()
    {
        var run = PipelineRun.Start("Preprocess", Artifacts, "-p:Recipe=8b").MustFail();
        Assert.Equal([$"{PipelineRun.Repository}/configs/8b/recipe.props : error LLAVA7005: there is no recipe \"8b\": a recipe is a folder below configs/ with a recipe.props"], run.Errors);
        Assert.Empty(run.Stages);
    }

    [Fact]
    public void Everything_wrong_with_every_yaml_is_said_before_the_first_step()
    {
        var run = PipelineRun.Start("All", Artifacts, "-p:Phase1TrainSet=runconfig.max_step=3", "-p:Phase2TrainSet=optimizer.max_gradient_norm=large", "-p:Phase2Hdf5Set=processing.max_seq_lenght=64").MustFail();
        Assert.Equal(["recipe"], run.Stages);
        Assert.Collection(
            run.Errors,
            error => Assert.Equal("--set processing.max_seq_lenght : error LLAVA1003: unknown key processing.max_seq_lenght; did you mean max_seq_length?", error),
            error => Assert.Equal("--set runconfig.max_step : error LLAVA1003: unknown key runconfig.max_step; did you mean max_steps?", error),
            error => Assert.Equal("--set optimizer.max_gradient_norm : error LLAVA1004: optimizer.max_gradient_norm must be a number, but is \"large\"", error));
    }

    [Fact]
    public void Samples_with_room_for_another_picture_than_the_models_are_said_before_the_first_step()
    {
        var run = PipelineRun.Start("Check", Artifacts, "-p:Phase1Hdf5Set=dataset.num_patches=7").MustFail();
        var recipe = $"{PipelineRun.Repository}/configs/demo";
        Assert.Equal(
            new[] { 1, 2 }.Select(phase => $"{recipe}/llava_phase_1_preproc.yaml : error LLAVA5012: dataset.num_patches is 7, but the image and patch size in {recipe}/params_llava_demo_phase{phase}.yaml make 16"),
            run.Errors);
    }

    [Fact]
    public void Every_missing_dataset_folder_is_an_error_of_its_own()
    {
        var items = Path.Combine(_folder, "mine.props");
        File.WriteAllText(items, $"""
            <Project>
              <ItemGroup>
                <Dataset Include="first" Preprocessor="chartqa" Phase="2" Input="{_folder}/none" />
                <Dataset Include="second" Preprocessor="json2jsonl" Phase="1" Input="{_folder}/nothing" />
                <Dataset Include="third" Preprocessor="json2jsonl" Phase="1" />
              </ItemGroup>
            </Project>
            """);
        var run = PipelineRun.Start("Preprocess", Artifacts, $"-p:DatasetsFile={items}").MustFail();
        Assert.DoesNotContain(run.Stages, stage => stage.StartsWith("preprocess", StringComparison.Ordinal));
        Assert.Equal(
            [
                $"{_folder}/none : error LLAVA7001: dataset first is not here: there is no such file or folder",
                $"{_folder}/nothing : error LLAVA7001: dataset second is not here: there is no such file or folder",
                $"{items} : error LLAVA7006: dataset third has no Input",
            ],
            run.Errors);
    }

    [Theory]
    [InlineData("65", "--batch-size takes a whole number from 1 to 64, not 65", "evaluate", "gqa", "--questions", "q", "--images", "i", "--output", "o", "--batch-size")]
    [InlineData("0", "--limit takes a whole number of at least 1, not 0", "evaluate", "gqa", "--questions", "q", "--images", "i", "--output", "o", "--limit")]
    [InlineData("0", "--max-new-tokens takes a whole number of at least 1, not 0", "generate", "--image", "none", "--prompt", "p", "--max-new-tokens")]
    [InlineData("-1", "--threads takes a whole number from 1 to 1024, not -1", "chat", "--threads")]
    [InlineData("100000", "--threads takes a whole number from 1 to 1024, not 100000", "generate", "--image", "none", "--prompt", "p", "--threads")]
    [InlineData("1,5", "1,5 is no number; a fraction is written 0.5", "generate", "--image", "none", "--prompt", "p", "--temperature")]
    [InlineData("half", "half is no number; a fraction is written 0.5", "chat", "--top-p")]
    [InlineData("65536", "--port takes a whole number from 0 to 65535, not 65536", "serve", "--port")]
    public void A_number_that_an_option_cannot_take_is_refused_when_the_command_line_is_read(string number, string message, params string[] arguments)
    {
        var (exitCode, output) = LlavaProgram.TryRun([.. arguments, number, "--model-path", "/nowhere"]);
        Assert.Equal((2, $"llava: error LLAVA1009: {message}", $"llava: `llava {arguments[0]} --help` lists what it takes"), (exitCode, output.Split('\n')[0], output.Split('\n')[1]));
    }
}

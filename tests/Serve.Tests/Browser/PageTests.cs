using Llava.Tests;

namespace Llava.Serve.Tests.Browser;

/// <summary>The served page in Debian's Chromium.</summary>
public sealed class PageTests(RunningServer server) : IClassFixture<RunningServer>
{
    const string LastAnswer = "[...document.querySelectorAll('#talk li.assistant')].at(-1)";

    [Fact]
    public async Task A_talk_about_a_picture_streams_stops_and_goes_on()
    {
        using var browser = await Open();
        await browser.Type("#file", Path.GetFullPath(GoldenData.Require("small/model/images/img0_120x80.png")));
        await browser.Until("!document.getElementById('preview').hidden && document.getElementById('preview').naturalWidth === 120");
        await browser.Type("#question", "What is this?\uE007");

        await browser.Until($"{LastAnswer}?.textContent.length > 20");
        var early = (int)(await browser.Run($"return {LastAnswer}.textContent.length"))!;
        await browser.Until($"{LastAnswer}.textContent.length > {early}");
        await browser.Click("#stop");
        await browser.Until("document.getElementById('stop').disabled && !document.getElementById('send').disabled");
        Assert.Equal("", (string?)await browser.Run("return document.getElementById('problem').textContent"));

        await browser.Type("#question", "And then?");
        await browser.Click("#send");
        await browser.Until($"document.querySelectorAll('#talk li.assistant').length === 2 && {LastAnswer}.textContent.length > 10");
        await browser.Click("#stop");
        await browser.Until("document.getElementById('stop').disabled");
        Assert.Equal(1, (int)(await browser.Run("return document.querySelectorAll('#talk img').length"))!);

        await browser.Click("#new");
        await browser.Until("document.querySelectorAll('#talk li').length === 0 && document.getElementById('preview').hidden");
        Assert.Empty(await browser.Complaints());
    }

    [Fact]
    public async Task The_servers_errors_are_shown_and_the_question_is_kept()
    {
        using var browser = await Open();
        var file = Path.Combine(Path.GetTempPath(), $"llava-no-picture-{Environment.ProcessId}.png");
        File.WriteAllText(file, "no picture");
        try
        {
            await browser.Type("#file", file);
            await browser.Until("!document.getElementById('preview').hidden");
            await browser.Type("#question", "What is this?");
            await browser.Click("#send");
            await browser.Until("document.getElementById('problem').textContent === 'not a JPEG, PNG, GIF, WebP, TIFF or BMP image'");
            Assert.Equal("What is this?", (string?)await browser.Run("return document.getElementById('question').value"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Everything_has_a_name_and_text_is_legible_in_light_and_dark()
    {
        using var browser = await Open();
        Assert.Equal("en", (string?)await browser.Run("return document.documentElement.lang"));
        Assert.Equal(0, (int)(await browser.Run("return [...document.querySelectorAll('input, textarea, select')].filter(e => e.labels.length === 0).length"))!);
        Assert.Equal(0, (int)(await browser.Run("return [...document.querySelectorAll('button')].filter(e => !e.textContent.trim()).length"))!);
        Assert.Equal(0, (int)(await browser.Run("return [...document.images].filter(e => !e.alt).length"))!);
        foreach (var colours in new[] { "light", "dark" })
        {
            await browser.Emulate(colours);
            await browser.Run("document.getElementById('problem').textContent = 'wrong'");
            foreach (var selector in new[] { "body", "#problem" })
                Assert.True((double)(await browser.Run(Contrast(selector)))! >= 4.5, $"{selector} in {colours}");
        }
    }

    // WCAG 2.2: the ratio of the relative luminances.
    static string Contrast(string selector) => $$"""
        const paint = colour => { const c = document.createElement('canvas').getContext('2d'); c.fillStyle = colour; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data].slice(0, 3); };
        const luminance = rgb => { const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const both = [getComputedStyle(document.querySelector('{{selector}}')).color, getComputedStyle(document.body).backgroundColor].map(paint).map(luminance).sort((a, b) => b - a);
        return (both[0] + 0.05) / (both[1] + 0.05);
        """;

    async Task<WebDriver> Open()
    {
        var browser = await WebDriver.Start();
        Assert.SkipWhen(browser is null, "no chromedriver here: tests/Serve.Tests/install-chromium.sh installs it");
        await browser!.Navigate(server.Address);
        return browser;
    }
}

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>PatchNowPanel</name>
        <message>
            <source>“%1” is not a list of examples. Write numbers with commas between, such as 3, 17.</source>
            <translation>“%1”不是样本列表。请写编号并用逗号分隔，例如 3, 17。</translation>
        </message>
        <message>
            <source>No example is named. Select one, or write its number.</source>
            <translation>未指定样本。请选择一个，或写出其编号。</translation>
        </message>
        <message>
            <source>run %1</source>
            <translation>第 %1 次</translation>
        </message>
    </context>
    <context>
        <name>quantscope::AboutDialog</name>
        <message>
            <source>About QuantScope</source>
            <translation>关于 QuantScope</translation>
        </message>
        <message>
            <source>&lt;p&gt;Shows which inputs low-bit quantization of a language model breaks, and where in the model that happens.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later; it comes without any warranty.&lt;/p&gt;&lt;p&gt;Built on Qt %1, QCustomPlot, libtorch and HDF5.&lt;/p&gt;</source>
            <translation>&lt;p&gt;显示语言模型的低比特量化会破坏哪些输入，以及问题出在模型的何处。&lt;/p&gt;&lt;p&gt;自由软件，采用 GNU 通用公共许可证第 3 版或更高版本；不提供任何担保。&lt;/p&gt;&lt;p&gt;基于 Qt %1、QCustomPlot、libtorch 和 HDF5 构建。&lt;/p&gt;</translation>
        </message>
    </context>
    <context>
        <name>quantscope::AllocatePage</name>
        <message>
            <source>mean KL</source>
            <translation>平均 KL</translation>
        </message>
        <message>
            <source>worst decile</source>
            <translation>最差十分之一</translation>
        </message>
        <message>
            <source>&amp;Budget:</source>
            <translation>预算(&amp;B)：</translation>
        </message>
        <message>
            <source>&amp;Keep small:</source>
            <translation>最小化(&amp;K)：</translation>
        </message>
        <message>
            <source>&amp;Sensitivity to:</source>
            <translation>敏感度针对(&amp;S)：</translation>
        </message>
        <message>
            <source>Sensitivity</source>
            <translation>敏感度</translation>
        </message>
        <message>
            <source>How far the model moves from the reference when this matrix alone is quantized by %1; calibration text.</source>
            <translation>仅用 %1 量化此矩阵时模型偏离参考模型的程度；校准文本。</translation>
        </message>
        <message>
            <source>Chosen bits</source>
            <translation>选定的比特数</translation>
        </message>
        <message>
            <source>True bits per weight that the budget buys for each matrix; solved as an integer program, not yet measured.</source>
            <translation>预算为每个矩阵换得的每权重真实比特数；由整数规划求解，尚未测量。</translation>
        </message>
        <message>
            <source>no assignment of these costs is better by more than 0.1 %</source>
            <translation>按这些代价，没有任何分配能好出 0.1 % 以上</translation>
        </message>
        <message>
            <source>the best found in the time given; none is below %1 nat</source>
            <translation>限定时间内找到的最优解；任何分配都不低于 %1 nat</translation>
        </message>
        <message>
            <source>%1 of %2 bits per weight spent; predicted objective %3 nat (%4). %5.</source>
            <translation>已用 %1 / %2 每权重比特；预测目标值 %3 nat（%4）。%5。</translation>
        </message>
        <message>
            <source>KL of %1</source>
            <translation>%1 的 KL</translation>
        </message>
        <message>
            <source>Budget</source>
            <translation>预算</translation>
        </message>
        <message>
            <source> bits per weight</source>
            <translation> 位/权重</translation>
        </message>
        <message>
            <source>Candidates</source>
            <translation>候选</translation>
        </message>
        <message>
            <source>Which methods a matrix may get</source>
            <translation>一个矩阵可以采用哪些方法</translation>
        </message>
        <message>
            <source>Protect</source>
            <translation>保护</translation>
        </message>
        <message>
            <source>Kinds of matrices that get the candidate with the most bits, whatever it costs</source>
            <translation>无论代价如何都采用位数最多的候选的矩阵种类</translation>
        </message>
        <message>
            <source>&amp;Apply and run</source>
            <translation>应用并运行(&amp;A)</translation>
        </message>
        <message>
            <source>Adds this assignment to the study as a lane of mixed methods and runs it: the model is quantized so and measured</source>
            <translation>把此分配作为混合方法的分支加入研究并运行：模型按此量化并测量</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>As a recipe, JSON…</source>
            <translation>作为配方，JSON…</translation>
        </message>
        <message>
            <source>For GPTQModel…</source>
            <translation>用于 GPTQModel…</translation>
        </message>
        <message>
            <source>For llm-compressor…</source>
            <translation>用于 llm-compressor…</translation>
        </message>
        <message>
            <source>For llama.cpp…</source>
            <translation>用于 llama.cpp…</translation>
        </message>
        <message>
            <source>Protect: none</source>
            <translation>保护：无</translation>
        </message>
        <message>
            <source>Protect: %1</source>
            <translation>保护：%1</translation>
        </message>
        <message>
            <source>Candidates: %1 of %2</source>
            <translation>候选：%1 / %2</translation>
        </message>
    </context>
    <context>
        <name>quantscope::BarsPlot</name>
        <message>
            <source>group</source>
            <translation>组</translation>
        </message>
        <message>
            <source>bar</source>
            <translation>条</translation>
        </message>
        <message>
            <source>low</source>
            <translation>下限</translation>
        </message>
        <message>
            <source>high</source>
            <translation>上限</translation>
        </message>
        <message>
            <source>unstable</source>
            <translation>不稳定</translation>
        </message>
        <message>
            <source>%1, %2: %3</source>
            <translation>%1，%2：%3</translation>
        </message>
        <message>
            <source> (unstable)</source>
            <translation>（不稳定）</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CalibrationSetDialog</name>
        <message>
            <source>as the study</source>
            <translation>与研究相同</translation>
        </message>
        <message>
            <source>Mix with another file</source>
            <translation>与另一文件混合</translation>
        </message>
        <message>
            <source>Keeps this file and takes another one beside it; a draw has equal shares of all</source>
            <translation>保留此文件并再加一个；每次抽取中各文件份额相等</translation>
        </message>
        <message>
            <source>Remove file</source>
            <translation>移除文件</translation>
        </message>
        <message>
            <source>Take the selected file out of the set</source>
            <translation>将所选文件移出此集</translation>
        </message>
        <message>
            <source>Windows of a draw</source>
            <translation>一次抽取的窗口数</translation>
        </message>
        <message>
            <source>Tokens of a window</source>
            <translation>一个窗口的词元数</translation>
        </message>
        <message>
            <source>Draws of this set, which have no window in common</source>
            <translation>此集的抽取次数，各次没有共同的窗口</translation>
        </message>
        <message>
            <source>Calibration set</source>
            <translation>校准集</translation>
        </message>
        <message>
            <source>Every method is calibrated on each draw of each set, and all are tested on the study's text.</source>
            <translation>每种方法都在每个集的每次抽取上校准，并都在研究的文本上测试。</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Random punctuation</source>
            <translation>随机标点</translation>
        </message>
        <message>
            <source>Random tokens</source>
            <translation>随机词元</translation>
        </message>
        <message>
            <source>Files, or nonsense: ASCII punctuation and white space, or tokens of the vocabulary, each drawn uniformly</source>
            <translation>文件，或无意义内容：均匀抽取的 ASCII 标点与空白，或词表中的词元</translation>
        </message>
        <message>
            <source>the name of the file</source>
            <translation>文件名</translation>
        </message>
        <message>
            <source>How the set is called in tables and figures</source>
            <translation>此集在表格和图中的名称</translation>
        </message>
        <message>
            <source>Other files of the set</source>
            <translation>此集的其他文件</translation>
        </message>
        <message>
            <source>Made of</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Mixed with</source>
            <translation>混合</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Windows</source>
            <translation>窗口</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>Draws</source>
            <translation>抽取次数</translation>
        </message>
        <message>
            <source>Choose a text.</source>
            <translation>请选择文本。</translation>
        </message>
        <message>
            <source>A calibration set cannot split its files at a separator; write the documents as lines or JSON lines.</source>
            <translation>校准集不能按分隔符拆分文件；请将文档写成逐行或 JSON 行。</translation>
        </message>
        <message>
            <source>Another set is called “%1”.</source>
            <translation>已有名为“%1”的集。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CalibrationSetsEditor</name>
        <message>
            <source>Edit…</source>
            <translation>编辑…</translation>
        </message>
        <message>
            <source>Change the selected calibration set</source>
            <translation>更改所选校准集</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Take the selected set out of the study</source>
            <translation>将所选集移出研究</translation>
        </message>
        <message>
            <source>Calibration sets</source>
            <translation>校准集</translation>
        </message>
        <message>
            <source>Add…</source>
            <translation>添加…</translation>
        </message>
        <message>
            <source>Add a set that every method is calibrated on</source>
            <translation>添加一个供每种方法校准的集</translation>
        </message>
        <message>
            <source>Disjoint draws of each set that says nothing else</source>
            <translation>未另行指定的每个集的不相交抽取次数</translation>
        </message>
        <message>
            <source>The set whose perplexity is 1 on the page Calibration</source>
            <translation>在“校准”页上困惑度为 1 的集</translation>
        </message>
        <message>
            <source>Draws</source>
            <translation>抽取次数</translation>
        </message>
        <message>
            <source>Reference</source>
            <translation>参照</translation>
        </message>
        <message>
            <source>the first set</source>
            <translation>第一个集</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CaptionBar</name>
        <message>
            <source>Formula and source of this figure</source>
            <translation>此图的公式和出处</translation>
        </message>
        <message>
            <source>Source: %1</source>
            <translation>出处：%1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ColourMap</name>
        <message>
            <source>Blue–red, centred</source>
            <translation>蓝–红（居中）</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CommandLine</name>
        <message>
            <source>Shows which inputs low-bit quantization of a language model breaks, and where in the model.</source>
            <translation>显示语言模型的低比特量化会破坏哪些输入，以及问题出在模型的何处。</translation>
        </message>
        <message>
            <source>Run the demo study at once.</source>
            <translation>立即运行演示研究。</translation>
        </message>
        <message>
            <source>Where figures go.</source>
            <translation>图形的输出位置。</translation>
        </message>
        <message>
            <source>Colours of this start: light, dark or system.</source>
            <translation>本次启动的配色：light、dark 或 system。</translation>
        </message>
        <message>
            <source>Language of this start: en, de or zh_CN.</source>
            <translation>本次启动的语言：en、de 或 zh_CN。</translation>
        </message>
        <message>
            <source>Picture every page once it has its values, then quit.</source>
            <translation>各页数值就绪后逐页截图，然后退出。</translation>
        </message>
        <message>
            <source>The theme is light, dark or system.</source>
            <translation>主题应为 light、dark 或 system。</translation>
        </message>
        <message>
            <source>Which figures: pages (all of the window's) or paper (those of the published study, with an index).</source>
            <translation>绘制哪些图：pages（窗口中的全部图）或 paper（已发表研究中的图，附索引页）。</translation>
        </message>
        <message>
            <source>Write: quantscope figures FILE -o FOLDER [--set paper]</source>
            <translation>请写：quantscope figures 文件 -o 文件夹 [--set paper]</translation>
        </message>
        <message>
            <source>The set of figures is pages or paper.</source>
            <translation>图集只能是 pages 或 paper。</translation>
        </message>
        <message>
            <source>--output and --set belong to: quantscope figures FILE -o FOLDER</source>
            <translation>--output 和 --set 用于：quantscope figures 文件 -o 文件夹</translation>
        </message>
        <message>
            <source>A session to open beside the first; the same as naming two sessions.</source>
            <translation>与第一个会话并排打开的会话；等同于给出两个会话。</translation>
        </message>
        <message>
            <source>A session, a model's folder or a text to open; two sessions stand beside each other; or: figures FILE, to draw all figures of a session without a window.</source>
            <translation>要打开的会话、模型文件夹或文本；两个会话并排显示；或：figures 文件，不开窗口而绘制会话的全部图。</translation>
        </message>
        <message>
            <source>Write: quantscope FIRST --compare SECOND</source>
            <translation>请写：quantscope 第一个 --compare 第二个</translation>
        </message>
        <message>
            <source>Size of the window for this start, such as 1280x800.</source>
            <translation>本次启动的窗口大小，例如 1280x800。</translation>
        </message>
        <message>
            <source>The size of the window is two numbers of dots, such as 1280x800.</source>
            <translation>窗口大小为两个像素数，例如 1280x800。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CommandPalette</name>
        <message>
            <source>Commands</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>Type words of a command</source>
            <translation>输入命令中的词</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>Matching commands</source>
            <translation>匹配的命令</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ComparePage</name>
        <message>
            <source>Lane of &amp;A:</source>
            <translation>A 的分支(&amp;A)：</translation>
        </message>
        <message>
            <source>Lane of &amp;B:</source>
            <translation>B 的分支(&amp;B)：</translation>
        </message>
        <message>
            <source>Differences</source>
            <translation>差异</translation>
        </message>
        <message>
            <source>Examples that differ most</source>
            <translation>差异最大的样本</translation>
        </message>
        <message>
            <source>Both errors</source>
            <translation>两者误差</translation>
        </message>
        <message>
            <source>Change</source>
            <translation>变化</translation>
        </message>
        <message>
            <source>Kinds of text</source>
            <translation>文本种类</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <source>&lt;p&gt;Two sessions on the examples that both have: two builds of a quantized model, two calibration texts, two sizes. A is the session that was opened first, B the one beside it (File, Compare with…). Examples are the same where their tokens are, or their text where the tokenizers differ.&lt;/p&gt;&lt;p&gt;Differences are B less A. Their intervals are paired: a resample draws the same documents for both, so that what moves both alike does not widen them. A difference whose interval holds 0 is not told apart.&lt;/p&gt;&lt;p&gt;A click on an example selects it in both sessions; all other pages show the two sessions beside each other.&lt;/p&gt;&lt;p&gt;A condition fails the comparison where it holds. &lt;tt&gt;kl&lt;/tt&gt; is B's value, &lt;tt&gt;base:kl&lt;/tt&gt; A's, &lt;tt&gt;diff:kl&lt;/tt&gt; the difference and &lt;tt&gt;diff_low:kl&lt;/tt&gt;, &lt;tt&gt;diff_high:kl&lt;/tt&gt; the ends of its interval; &lt;tt&gt;group:code:kl&lt;/tt&gt; is over the examples with that label, and &lt;tt&gt;base&lt;/tt&gt; alone is A's value of the metric compared. The command &lt;tt&gt;quantscope-cli compare&lt;/tt&gt; decides the same conditions for continuous integration.&lt;/p&gt;</source>
            <translation>&lt;p&gt;两个会话在共有样本上的比较：量化模型的两个版本、两份校准文本、两种大小。A 是先打开的会话，B 是旁边的会话（文件，比较…）。词元相同即为同一样本；分词器不同时则看文本是否相同。&lt;/p&gt;&lt;p&gt;差异是 B 减 A。区间是配对的：每次重抽样对两者抽取相同的文档，因此使两者同样变动的因素不会使区间变宽。区间包含 0 的差异视为无法区分。&lt;/p&gt;&lt;p&gt;点击样本会在两个会话中同时选中它；其他页面并排显示两个会话。&lt;/p&gt;&lt;p&gt;条件成立时比较即为不通过。&lt;tt&gt;kl&lt;/tt&gt; 是 B 的值，&lt;tt&gt;base:kl&lt;/tt&gt; 是 A 的值，&lt;tt&gt;diff:kl&lt;/tt&gt; 是差异，&lt;tt&gt;diff_low:kl&lt;/tt&gt;、&lt;tt&gt;diff_high:kl&lt;/tt&gt; 是其区间的两端；&lt;tt&gt;group:code:kl&lt;/tt&gt; 针对带该标签的样本，单独的 &lt;tt&gt;base&lt;/tt&gt; 是所比较指标在 A 中的值。命令 &lt;tt&gt;quantscope-cli compare&lt;/tt&gt; 为持续集成判定相同的条件。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a second session beside this one: File, Compare with…</source>
            <translation>在此会话旁打开第二个会话：文件，比较…</translation>
        </message>
        <message>
            <source>%1 examples in both, matched by tokens</source>
            <translation>两者共有 %1 个样本，按词元匹配</translation>
        </message>
        <message>
            <source>%1 examples in both, matched by text</source>
            <translation>两者共有 %1 个样本，按文本匹配</translation>
        </message>
        <message>
            <source>intervals from %1 resamples of %2 documents</source>
            <translation>区间来自对 %2 个文档的 %1 次重抽样</translation>
        </message>
        <message>
            <source>intervals from %1 resamples of %2 examples</source>
            <translation>区间来自对 %2 个样本的 %1 次重抽样</translation>
        </message>
        <message>
            <source>not told apart</source>
            <translation>无法区分</translation>
        </message>
        <message>
            <source>B is higher</source>
            <translation>B 更高</translation>
        </message>
        <message>
            <source>B is lower</source>
            <translation>B 更低</translation>
        </message>
        <message>
            <source>B is worse</source>
            <translation>B 更差</translation>
        </message>
        <message>
            <source>B is better</source>
            <translation>B 更好</translation>
        </message>
        <message>
            <source>Lane</source>
            <translation>分支</translation>
        </message>
        <message>
            <source>Metric</source>
            <translation>指标</translation>
        </message>
        <message>
            <source>Pointed at: the name that conditions know it by</source>
            <translation>悬停时：条件中使用的名称</translation>
        </message>
        <message>
            <source>B − A [95 %]</source>
            <translation>B − A [95 %]</translation>
        </message>
        <message>
            <source>Paired interval: both sides of the same resampled documents</source>
            <translation>配对区间：两侧来自相同的重抽样文档</translation>
        </message>
        <message>
            <source>Verdict</source>
            <translation>结论</translation>
        </message>
        <message>
            <source>Whether the interval of the difference leaves 0 out</source>
            <translation>差异的区间是否不含 0</translation>
        </message>
        <message>
            <source>A</source>
            <translation>A</translation>
        </message>
        <message>
            <source>B</source>
            <translation>B</translation>
        </message>
        <message>
            <source>Example</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>B − A (nat)</source>
            <translation>B − A (nat)</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>B against A by example</source>
            <translation>按样本的 B 对 A</translation>
        </message>
        <message>
            <source>One point an example that both sessions have; orange ones are A's largest errors (D_large). Least-squares line, coefficients with bootstrap intervals.</source>
            <translation>两个会话共有的每个样本一个点；橙色为 A 的最大误差（D_large）。最小二乘直线，系数带自助法区间。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::Comparison</name>
        <message>
            <source>The session could not be opened</source>
            <translation>无法打开会话</translation>
        </message>
        <message>
            <source>The two sessions have no example in common, so each keeps its own selection.</source>
            <translation>两个会话没有共同的样本，因此各自保留自己的选择。</translation>
        </message>
        <message>
            <source>Opening %1…</source>
            <translation>正在打开 %1…</translation>
        </message>
        <message>
            <source>A: %1</source>
            <translation>A：%1</translation>
        </message>
        <message>
            <source>B: %1</source>
            <translation>B：%1</translation>
        </message>
        <message>
            <source>Copied: %1</source>
            <translation>已复制：%1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ConditionsEditor</name>
        <message>
            <source>&amp;Fail if:</source>
            <translation>不通过条件(&amp;F)：</translation>
        </message>
        <message>
            <source>Conditions that fail the comparison</source>
            <translation>使比较不通过的条件</translation>
        </message>
        <message>
            <source>One condition a line, such as
%1
%2</source>
            <translation>每行一个条件，例如
%1
%2</translation>
        </message>
        <message>
            <source>Insert</source>
            <translation>插入</translation>
        </message>
        <message>
            <source>Puts the name of a metric where the cursor is</source>
            <translation>在光标处插入指标名称</translation>
        </message>
        <message>
            <source>Copy as &amp;command</source>
            <translation>复制为命令(&amp;C)</translation>
        </message>
        <message>
            <source>quantscope-cli compare with these sessions and conditions, whose exit code fails a build</source>
            <translation>用这些会话和条件的 quantscope-cli compare，其退出码可使构建失败</translation>
        </message>
        <message>
            <source>Outcomes of the conditions</source>
            <translation>条件的结果</translation>
        </message>
        <message>
            <source>✘ not understood</source>
            <translation>✘ 无法理解</translation>
        </message>
        <message>
            <source>? undecided</source>
            <translation>? 未定</translation>
        </message>
        <message>
            <source>✘ fails</source>
            <translation>✘ 不通过</translation>
        </message>
        <message>
            <source>✔ passes</source>
            <translation>✔ 通过</translation>
        </message>
        <message>
            <source>Outcome</source>
            <translation>结果</translation>
        </message>
        <message>
            <source>Condition</source>
            <translation>条件</translation>
        </message>
        <message>
            <source>Lanes</source>
            <translation>分支</translation>
        </message>
        <message>
            <source>Numbers</source>
            <translation>数值</translation>
        </message>
        <message>
            <source>&lt;b&gt;%1 of %2 do not pass&lt;/b&gt;</source>
            <translation>&lt;b&gt;%2 项中有 %1 项不通过&lt;/b&gt;</translation>
        </message>
        <message>
            <source>&lt;b&gt;all %1 pass&lt;/b&gt;</source>
            <translation>&lt;b&gt;%1 项全部通过&lt;/b&gt;</translation>
        </message>
    </context>
    <context>
        <name>quantscope::DetailsPanel</name>
        <message>
            <source>Pin</source>
            <translation>固定</translation>
        </message>
        <message>
            <source>Keep this example marked in every view</source>
            <translation>在所有视图中保持标记此样本</translation>
        </message>
        <message>
            <source>Quantized lane</source>
            <translation>量化分支</translation>
        </message>
        <message>
            <source>What the colours of the text show</source>
            <translation>文本颜色所表示的内容</translation>
        </message>
        <message>
            <source>Error of the token</source>
            <translation>词元误差</translation>
        </message>
        <message>
            <source>Loss in the reference</source>
            <translation>参考模型中的损失</translation>
        </message>
        <message>
            <source>KL divergence</source>
            <translation>KL 散度</translation>
        </message>
        <message>
            <source>Text of the example</source>
            <translation>样本文本</translation>
        </message>
        <message>
            <source>Example %1 …</source>
            <translation>样本 %1 …</translation>
        </message>
        <message>
            <source>Loading …</source>
            <translation>正在加载…</translation>
        </message>
        <message>
            <source>This example could not be shown</source>
            <translation>无法显示此样本</translation>
        </message>
        <message>
            <source>No example selected</source>
            <translation>未选择样本</translation>
        </message>
        <message>
            <source>Example %1</source>
            <translation>样本 %1</translation>
        </message>
        <message>
            <source>error &lt;b&gt;%1&lt;/b&gt; nat · loss %2 → %3 · same top token at %4 of %5 positions</source>
            <translation>误差 &lt;b&gt;%1&lt;/b&gt; nat · 损失 %2 → %3 · %5 个位置中有 %4 个首选词元相同</translation>
        </message>
        <message>
            <source>nat</source>
            <translation>nat</translation>
        </message>
        <message>
            <source>Point at a token to see what both models made of it.</source>
            <translation>将鼠标指向词元，查看两个模型对它的预测。</translation>
        </message>
        <message>
            <source>&lt;b&gt;%1&lt;/b&gt; “%2” — not predicted: nothing comes before it</source>
            <translation>&lt;b&gt;%1&lt;/b&gt; “%2” — 不作预测：它之前没有内容</translation>
        </message>
        <message>
            <source>&lt;b&gt;%1&lt;/b&gt; “%2”: error %3 nat, KL %4 nat, %5</source>
            <translation>&lt;b&gt;%1&lt;/b&gt; “%2”：误差 %3 nat，KL %4 nat，%5</translation>
        </message>
        <message>
            <source>same top token</source>
            <translation>首选词元相同</translation>
        </message>
        <message>
            <source>other top token</source>
            <translation>首选词元不同</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>probability</source>
            <translation>概率</translation>
        </message>
        <message>
            <source>rank</source>
            <translation>排名</translation>
        </message>
        <message>
            <source>reference</source>
            <translation>参考</translation>
        </message>
        <message>
            <source>Token %1 “%2”: probability %3 in the reference, %4 in %5</source>
            <translation>词元 %1 “%2”：参考中的概率 %3，%5 中为 %4</translation>
        </message>
    </context>
    <context>
        <name>quantscope::EarlyExitPage</name>
        <message>
            <source>&amp;Quantized lane:</source>
            <translation>量化分支(&amp;Q)：</translation>
        </message>
        <message>
            <source>Early exit</source>
            <translation>提前退出</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>&amp;Statistic:</source>
            <translation>统计量(&amp;S)：</translation>
        </message>
        <message>
            <source>NLL</source>
            <translation>NLL</translation>
        </message>
        <message>
            <source>Rank of the true token</source>
            <translation>真实词元的排名</translation>
        </message>
        <message>
            <source>Entropy</source>
            <translation>熵</translation>
        </message>
        <message>
            <source>KL to the final prediction</source>
            <translation>相对最终预测的 KL</translation>
        </message>
        <message>
            <source>Early exit was not measured in this study. Choose it among the instruments and run the study again, or read single positions now.</source>
            <translation>本研究未测量提前退出。请在测量项中选择并重新运行研究，或现在读取单个位置。</translation>
        </message>
        <message>
            <source>Loss by layer</source>
            <translation>逐层损失</translation>
        </message>
        <message>
            <source>Tokens at one position</source>
            <translation>单个位置的词元</translation>
        </message>
        <message>
            <source>&lt;p&gt;The loss read off the residual stream after each half of a layer, as if the model ended there: the final norm and the output matrix are applied to it. M is the residual after attention, A that after the MLP of the layer before.&lt;/p&gt;&lt;p&gt;Orange is D_large and blue D_ctrl; dashed lines are the quantized model. Where the dashed orange line leaves the full one, the damage becomes visible in the prediction.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Tokens at one position&lt;/b&gt; lists the most likely tokens that every layer would predict there, in the full-precision model and a quantized one.&lt;/p&gt;</source>
            <translation>&lt;p&gt;在每层的前半和后半之后从残差流读出的损失，如同模型到此结束：对其应用最终归一化和输出矩阵。M 是注意力之后的残差，A 是前一层 MLP 之后的残差。&lt;/p&gt;&lt;p&gt;橙色为 D_large，蓝色为 D_ctrl；虚线为量化模型。橙色虚线偏离实线之处，损伤开始在预测中显现。&lt;/p&gt;&lt;p&gt;&lt;b&gt;单个位置的词元&lt;/b&gt;列出每层在该处会预测的最可能词元，分别来自全精度模型和一个量化模型。&lt;/p&gt;</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ErrorsPage</name>
        <message>
            <source>Pearson r</source>
            <translation>Pearson r</translation>
        </message>
        <message>
            <source>Spearman ρ</source>
            <translation>Spearman ρ</translation>
        </message>
        <message>
            <source>Jaccard of D_large</source>
            <translation>D_large 的 Jaccard 系数</translation>
        </message>
        <message>
            <source>&amp;x:</source>
            <translation>&amp;x：</translation>
        </message>
        <message>
            <source>&amp;y:</source>
            <translation>&amp;y：</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>缩放</translation>
        </message>
        <message>
            <source>Dragging zooms</source>
            <translation>拖动以缩放</translation>
        </message>
        <message>
            <source>Rectangle</source>
            <translation>矩形</translation>
        </message>
        <message>
            <source>Dragging selects a rectangle</source>
            <translation>拖动以矩形选择</translation>
        </message>
        <message>
            <source>Lasso</source>
            <translation>套索</translation>
        </message>
        <message>
            <source>Dragging selects with a lasso</source>
            <translation>拖动以套索选择</translation>
        </message>
        <message>
            <source>&amp;Between methods:</source>
            <translation>方法之间(&amp;B)：</translation>
        </message>
        <message>
            <source>Errors</source>
            <translation>误差</translation>
        </message>
        <message>
            <source>&lt;p&gt;Any two quantities of the examples against each other. Orange points are the examples with the largest errors (D_large), blue ones the controls (D_ctrl). The matrix says how much the methods agree on which inputs fail; a click on a cell plots the two methods' errors.&lt;/p&gt;&lt;p&gt;The loss of the reference and the error share a term, so a correlation between them is partly made by construction.&lt;/p&gt;</source>
            <translation>&lt;p&gt;样本的任意两个量相互对照。橙色点是误差最大的样本（D_large），蓝色点是对照样本（D_ctrl）。矩阵显示各方法对哪些输入会失败的一致程度；点击单元格可绘制两种方法的误差。&lt;/p&gt;&lt;p&gt;参考模型的损失与误差含有公共项，因此二者的相关性部分源于定义本身。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>%1 against %2</source>
            <translation>%1 对 %2</translation>
        </message>
        <message>
            <source>One point an example; least-squares line, coefficients with bootstrap intervals; histograms of all examples and of both sets</source>
            <translation>每个样本一个点；最小二乘直线，系数带自助法区间；全部样本和两个集合的直方图</translation>
        </message>
        <message>
            <source>Do methods fail on the same inputs?</source>
            <translation>各方法是否在相同的输入上失败？</translation>
        </message>
        <message>
            <source>Overlap of the methods' sets of largest errors</source>
            <translation>各方法误差最大集合的重叠程度</translation>
        </message>
        <message>
            <source>Correlation over examples between the methods' errors</source>
            <translation>各方法误差在样本间的相关性</translation>
        </message>
        <message>
            <source>by chance %1</source>
            <translation>随机水平 %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExaminePanel</name>
        <message>
            <source>Read off layers</source>
            <translation>逐层读取</translation>
        </message>
        <message>
            <source>&amp;Example:</source>
            <translation>样本(&amp;E)：</translation>
        </message>
        <message>
            <source>&amp;Position:</source>
            <translation>位置(&amp;P)：</translation>
        </message>
        <message>
            <source>&amp;Tokens:</source>
            <translation>词元数(&amp;T)：</translation>
        </message>
        <message>
            <source>&amp;Beside the reference:</source>
            <translation>与参考并列(&amp;B)：</translation>
        </message>
        <message>
            <source>Follows the selected example</source>
            <translation>跟随所选样本</translation>
        </message>
        <message>
            <source>Position whose next token is predicted; follows the token chosen in the details</source>
            <translation>预测其下一个词元的位置；跟随详情中所选的词元</translation>
        </message>
        <message>
            <source>The final norm and the output matrix are applied to the residual stream of every layer at one position: what would be predicted, were the model to end there. The model is opened again for it, from the codes kept beside the session.</source>
            <translation>在某一位置对每层的残差流应用最终归一化和输出矩阵：即模型若到此结束会预测什么。为此将利用会话旁保存的编码再次打开模型。</translation>
        </message>
        <message>
            <source>Most likely tokens, full precision</source>
            <translation>最可能的词元，全精度</translation>
        </message>
        <message>
            <source>Most likely tokens, quantized</source>
            <translation>最可能的词元，量化</translation>
        </message>
        <message>
            <source>Reading …</source>
            <translation>正在读取……</translation>
        </message>
        <message>
            <source>Example %1, after “%2” at position %3</source>
            <translation>样本 %1，位置 %3 的“%2”之后</translation>
        </message>
        <message>
            <source>%1; “%2” came next (✓ where it is listed). Rank: of that token; entropy in nat.</source>
            <translation>%1；其后是“%2”（列出处以 ✓ 标记）。排名：该词元的排名；熵的单位为 nat。</translation>
        </message>
        <message>
            <source>Full precision</source>
            <translation>全精度</translation>
        </message>
        <message>
            <source>Read at</source>
            <translation>读取处</translation>
        </message>
        <message>
            <source>M: after attention; A: what enters the layer; the last A is the end</source>
            <translation>M：注意力之后；A：进入该层的值；最后一个 A 即末端</translation>
        </message>
        <message>
            <source>Rank</source>
            <translation>排名</translation>
        </message>
        <message>
            <source>Of the token that came next</source>
            <translation>随后出现的词元的排名</translation>
        </message>
        <message>
            <source>Entropy</source>
            <translation>熵</translation>
        </message>
        <message>
            <source>nat</source>
            <translation>nat</translation>
        </message>
        <message>
            <source>token %1, probability %2</source>
            <translation>词元 %1，概率 %2</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExamplesModel</name>
        <message>
            <source>D_large</source>
            <translation>D_large</translation>
        </message>
        <message>
            <source>D_ctrl</source>
            <translation>D_ctrl</translation>
        </message>
        <message>
            <source>%1 in %2</source>
            <translation>%1（%2）</translation>
        </message>
        <message>
            <source>Example</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元数</translation>
        </message>
        <message>
            <source>Set</source>
            <translation>集合</translation>
        </message>
        <message>
            <source>Groups</source>
            <translation>分组</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExamplesPage</name>
        <message>
            <source>Words, or conditions such as tokens&gt;100</source>
            <translation>词语，或 tokens&gt;100 这样的条件</translation>
        </message>
        <message>
            <source>&amp;Find:</source>
            <translation>查找(&amp;F)：</translation>
        </message>
        <message>
            <source>Sho&amp;w:</source>
            <translation>显示(&amp;W)：</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>&lt;p&gt;Every example with its losses and errors. Click a header to sort, type to search. A condition such as &lt;tt&gt;tokens&amp;gt;100&lt;/tt&gt; or &lt;tt&gt;register=code&lt;/tt&gt; keeps the rows that meet it; any column's name works.&lt;/p&gt;&lt;p&gt;What is selected here is selected everywhere. The context menu pins examples, names groups and copies.&lt;/p&gt;</source>
            <translation>&lt;p&gt;所有样本及其损失和误差。点击表头排序，输入文字搜索。&lt;tt&gt;tokens&amp;gt;100&lt;/tt&gt; 或 &lt;tt&gt;register=code&lt;/tt&gt; 这样的条件会保留满足它的行；可使用任意列名。&lt;/p&gt;&lt;p&gt;此处的选择在各处同步。右键菜单可固定样本、命名分组和复制。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>All examples</source>
            <translation>全部样本</translation>
        </message>
        <message>
            <source>D_large</source>
            <translation>D_large</translation>
        </message>
        <message>
            <source>D_ctrl</source>
            <translation>D_ctrl</translation>
        </message>
        <message>
            <source>Selected</source>
            <translation>已选择</translation>
        </message>
        <message>
            <source>Pinned</source>
            <translation>已固定</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%2 中的 %1</translation>
        </message>
        <message>
            <source>Name a group</source>
            <translation>命名分组</translation>
        </message>
        <message>
            <source>Name of the selected examples:</source>
            <translation>所选样本的名称：</translation>
        </message>
        <message>
            <source>Unpin example %1</source>
            <translation>取消固定样本 %1</translation>
        </message>
        <message>
            <source>Pin example %1</source>
            <translation>固定样本 %1</translation>
        </message>
        <message>
            <source>Name the selected examples as a group …</source>
            <translation>将所选样本命名为分组…</translation>
        </message>
        <message>
            <source>Select group “%1”</source>
            <translation>选择分组“%1”</translation>
        </message>
        <message>
            <source>Copy rows</source>
            <translation>复制行</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExportAll</name>
        <message>
            <source>Figures drawn</source>
            <translation>图形已绘制</translation>
        </message>
        <message>
            <source>%1 figures are in %2, each as PDF, SVG, PNG and CSV; captions.txt says what they show.</source>
            <translation>%1 幅图形位于 %2，均有 PDF、SVG、PNG 和 CSV；captions.txt 说明其内容。</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>The figures could not be drawn</source>
            <translation>无法绘制图形</translation>
        </message>
        <message>
            <source>Folder for the figures</source>
            <translation>图形文件夹</translation>
        </message>
        <message>
            <source>Drawing figures…</source>
            <translation>正在绘制图形…</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExportDialog</name>
        <message>
            <source>Export the figure to</source>
            <translation>导出图形到</translation>
        </message>
        <message>
            <source>Figures (*.pdf *.svg *.png *.csv)</source>
            <translation>图形 (*.pdf *.svg *.png *.csv)</translation>
        </message>
        <message>
            <source> pt</source>
            <translation> pt</translation>
        </message>
        <message>
            <source>Export figure</source>
            <translation>导出图形</translation>
        </message>
        <message>
            <source> mm</source>
            <translation> mm</translation>
        </message>
        <message>
            <source>PDF</source>
            <translation>PDF</translation>
        </message>
        <message>
            <source>SVG</source>
            <translation>SVG</translation>
        </message>
        <message>
            <source>PNG</source>
            <translation>PNG</translation>
        </message>
        <message>
            <source>Values as CSV</source>
            <translation>数值（CSV）</translation>
        </message>
        <message>
            <source>300 dots an inch</source>
            <translation>每英寸 300 点</translation>
        </message>
        <message>
            <source>600 dots an inch</source>
            <translation>每英寸 600 点</translation>
        </message>
        <message>
            <source>One column</source>
            <translation>单栏</translation>
        </message>
        <message>
            <source>Two columns</source>
            <translation>双栏</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>类型</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Width</source>
            <translation>宽度</translation>
        </message>
        <message>
            <source>Height</source>
            <translation>高度</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>字号</translation>
        </message>
        <message>
            <source>Resolution</source>
            <translation>分辨率</translation>
        </message>
        <message>
            <source>Write its &amp;values beside it, as CSV</source>
            <translation>在旁边以 CSV 写出数值(&amp;V)</translation>
        </message>
    </context>
    <context>
        <name>quantscope::Failure</name>
        <message>
            <source>The program ran out of memory. Use fewer examples, shorter windows or a smaller memory budget.</source>
            <translation>程序内存不足。请减少样本、缩短窗口或降低内存预算。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::FigureExport</name>
        <message>
            <source>The folder %1 for the figures could not be made. Choose a place that can be written.</source>
            <translation>无法创建图形文件夹 %1。请选择可写入的位置。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::FirstStudy</name>
        <message>
            <source>a model and a text</source>
            <translation>模型与文本</translation>
        </message>
        <message>
            <source>&lt;p&gt;A study needs a model and some text: the dock Study at the left has both. For your own, drop a model's folder and a text onto the window.&lt;/p&gt;&lt;p&gt;Here the small model that comes with the program is studied on a text of several kinds of writing.&lt;/p&gt;</source>
            <translation>&lt;p&gt;研究需要一个模型和一些文本：左侧的“研究”面板中有这两项。要使用自己的，请将模型文件夹和文本拖到窗口上。&lt;/p&gt;&lt;p&gt;这里用程序自带的小模型，在包含多种文体的文本上进行研究。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Put the demo in</source>
            <translation>填入演示(&amp;P)</translation>
        </message>
        <message>
            <source>methods</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>&lt;p&gt;Every method in the list quantizes the model once, and all of them walk through it side by side. Add and Presets offer more; a double click changes one.&lt;/p&gt;&lt;p&gt;Below the form stand the time and memory that the study will take.&lt;/p&gt;</source>
            <translation>&lt;p&gt;列表中的每种方法都会将模型量化一次，并且全部并排运行。“添加”和“预设”提供更多方法；双击可修改其中一个。&lt;/p&gt;&lt;p&gt;表单下方显示研究所需的时间和内存。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Show the list</source>
            <translation>显示列表(&amp;S)</translation>
        </message>
        <message>
            <source>the run</source>
            <translation>运行</translation>
        </message>
        <message>
            <source>&lt;p&gt;The run goes through the model block by block, and the pages fill while it runs: there is no need to wait. It can be paused, and a run that was stopped goes on where it was. The demo takes half a minute on most machines.&lt;/p&gt;</source>
            <translation>&lt;p&gt;运行会逐块遍历模型，页面会在运行过程中逐渐填充：无需等待。运行可以暂停，被中止的运行可以从停止处继续。演示在大多数机器上需要半分钟。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Run</source>
            <translation>运行(&amp;R)</translation>
        </message>
        <message>
            <source>which inputs break</source>
            <translation>哪些输入受损</translation>
        </message>
        <message>
            <source>&lt;p&gt;Each point is an example: its loss in full precision against how much the method adds to it. Orange ones are those that suffer most.&lt;/p&gt;&lt;p&gt;Click a point high up. It is selected on every page, and the dock Details shows which of its tokens went wrong.&lt;/p&gt;</source>
            <translation>&lt;p&gt;每个点是一个样本：横轴为全精度下的损失，纵轴为方法增加的误差。橙色的点受损最大。&lt;/p&gt;&lt;p&gt;点击靠上的一个点。它会在所有页面中被选中，“详情”面板会显示其中哪些词元出错。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Go to Errors</source>
            <translation>转到“误差”(&amp;G)</translation>
        </message>
        <message>
            <source>where in the model</source>
            <translation>在模型的何处</translation>
        </message>
        <message>
            <source>&lt;p&gt;Residuals shows every layer: choose the statistic Relative error and a method as lane to see where the runs part, and what sets the orange examples apart. Patching says which module gives the damage back.&lt;/p&gt;&lt;p&gt;Ctrl+E writes a figure into a file, Ctrl+Shift+P finds any command, F1 explains the page.&lt;/p&gt;</source>
            <translation>&lt;p&gt;“残差”页显示每一层：选择统计量“相对误差”并选择一种方法作为通道，即可看到运行在何处分开，以及橙色样本有何不同。“修补”页说明哪个模块能挽回损伤。&lt;/p&gt;&lt;p&gt;Ctrl+E 将图写入文件，Ctrl+Shift+P 查找任意命令，F1 解释当前页面。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Go to Residuals</source>
            <translation>转到“残差”(&amp;G)</translation>
        </message>
        <message>
            <source>Your first study</source>
            <translation>第一项研究</translation>
        </message>
    </context>
    <context>
        <name>quantscope::GuideDialog</name>
        <message>
            <source>&amp;Back</source>
            <translation>上一步(&amp;B)</translation>
        </message>
        <message>
            <source>Step %1 of %2: %3</source>
            <translation>第 %1 步，共 %2 步：%3</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <translation>关闭(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Next</source>
            <translation>下一步(&amp;N)</translation>
        </message>
        <message>
            <source>✓ Done.</source>
            <translation>✓ 已完成。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::HeatmapPlot</name>
        <message>
            <source>%1 %2, %3 %4: %5 = %6</source>
            <translation>%1 %2，%3 %4：%5 = %6</translation>
        </message>
        <message>
            <source>not measured</source>
            <translation>未测量</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>Colour scale</source>
            <translation>色标</translation>
        </message>
        <message>
            <source>Linear</source>
            <translation>线性</translation>
        </message>
        <message>
            <source>Logarithmic</source>
            <translation>对数</translation>
        </message>
        <message>
            <source>Symmetric about zero</source>
            <translation>以零为中心对称</translation>
        </message>
        <message>
            <source>Colour limits</source>
            <translation>颜色范围</translation>
        </message>
        <message>
            <source>Minimum to maximum</source>
            <translation>最小值到最大值</translation>
        </message>
        <message>
            <source>Percentiles %1 to %2</source>
            <translation>第 %1 至第 %2 百分位</translation>
        </message>
        <message>
            <source>First row at the bottom</source>
            <translation>首行在底部</translation>
        </message>
        <message>
            <source>%1; group %2</source>
            <translation>%1；组 %2</translation>
        </message>
    </context>
    <context>
        <name>quantscope::HelpWindow</name>
        <message>
            <source>Help: %1</source>
            <translation>帮助：%1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ImportedLaneDialog</name>
        <message>
            <source>Choose a quantized checkpoint</source>
            <translation>选择量化检查点</translation>
        </message>
        <message>
            <source>Quantized checkpoint</source>
            <translation>量化检查点</translation>
        </message>
        <message>
            <source>The same model, quantized by another program. It walks beside the methods and is compared with the model as they are.</source>
            <translation>由其他程序量化的同一模型。它与各方法一同运行，并像它们一样与模型进行比较。</translation>
        </message>
        <message>
            <source>Hugging Face folder or GGUF file, or drop it here</source>
            <translation>Hugging Face 文件夹或 GGUF 文件，或拖放到此处</translation>
        </message>
        <message>
            <source>the name of the folder or file</source>
            <translation>文件夹或文件的名称</translation>
        </message>
        <message>
            <source>How the checkpoint is called in tables and figures</source>
            <translation>检查点在表格和图形中的名称</translation>
        </message>
        <message>
            <source>Checkpoint</source>
            <translation>检查点</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Choose a checkpoint.</source>
            <translation>请选择检查点。</translation>
        </message>
        <message>
            <source>Another lane is called “%1”.</source>
            <translation>另一个分支已命名为“%1”。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::InstrumentsSection</name>
        <message>
            <source>Attention</source>
            <translation>注意力</translation>
        </message>
        <message>
            <source>Early exit</source>
            <translation>提前退出</translation>
        </message>
        <message>
            <source>Layer × token maps</source>
            <translation>层 × 词元图</translation>
        </message>
        <message>
            <source>Count the start token</source>
            <translation>计入起始词元</translation>
        </message>
        <message>
            <source>Follow up every method</source>
            <translation>对每种方法作后续测量</translation>
        </message>
        <message>
            <source>Reads the loss off every layer, with the final norm and the output matrix.</source>
            <translation>用最终归一化和输出矩阵读出每一层的损失。</translation>
        </message>
        <message>
            <source>Keeps statistics of every token, not means alone: larger sessions.</source>
            <translation>保留每个词元的统计量而不仅是均值：会话文件更大。</translation>
        </message>
        <message>
            <source>Includes position 0 in the statistics of examples.</source>
            <translation>在样本统计中包含位置 0。</translation>
        </message>
        <message>
            <source>The method whose errors make the sets D_large and D_ctrl</source>
            <translation>用其误差构成 D_large 和 D_ctrl 集合的方法</translation>
        </message>
        <message>
            <source>D_large and D_ctrl</source>
            <translation>D_large 和 D_ctrl</translation>
        </message>
        <message>
            <source>All examples</source>
            <translation>全部样本</translation>
        </message>
        <message>
            <source>Examples of early exit and patching</source>
            <translation>用于提前退出和修补的样本</translation>
        </message>
        <message>
            <source> %</source>
            <translation>%</translation>
        </message>
        <message>
            <source>Share of the examples in D_large</source>
            <translation>D_large 所占样本比例</translation>
        </message>
        <message>
            <source>Sets by</source>
            <translation>集合依据</translation>
        </message>
        <message>
            <source>Follow up</source>
            <translation>后续测量</translation>
        </message>
        <message>
            <source>Set size</source>
            <translation>集合大小</translation>
        </message>
        <message>
            <source>the first method</source>
            <translation>第一种方法</translation>
        </message>
        <message>
            <source>Share of the smallest errors that D_ctrl is drawn from</source>
            <translation>抽取 D_ctrl 所用的最小误差的比例</translation>
        </message>
        <message>
            <source>Resamples of documents that intervals are made of; more take longer</source>
            <translation>构成区间的文档重抽样次数；次数越多耗时越长</translation>
        </message>
        <message>
            <source>Control pool</source>
            <translation>对照来源</translation>
        </message>
        <message>
            <source>Resamples</source>
            <translation>重抽样次数</translation>
        </message>
        <message>
            <source>Local errors</source>
            <translation>局部误差</translation>
        </message>
        <message>
            <source>The error of each quantized module alone, fed with the reference's inputs</source>
            <translation>各量化模块单独的误差，输入取自参考模型</translation>
        </message>
        <message>
            <source>Drift</source>
            <translation>漂移</translation>
        </message>
        <message>
            <source>Length and angle of differences, what updates do to them, sign flips of the gate</source>
            <translation>差异的长度与角度、更新对其的影响、门控的符号翻转</translation>
        </message>
        <message>
            <source>Entropy, divergence from the reference, sinks</source>
            <translation>熵、与参考的散度、注意力汇</translation>
        </message>
        <message>
            <source>Outliers</source>
            <translation>离群值</translation>
        </message>
        <message>
            <source>Massive activations and candidates of super weights</source>
            <translation>巨量激活与超级权重候选</translation>
        </message>
        <message>
            <source>CKA</source>
            <translation>CKA</translation>
        </message>
        <message>
            <source>Similarity of the runs' representations by layer</source>
            <translation>各层表示在不同运行间的相似度</translation>
        </message>
        <message>
            <source>Error budget</source>
            <translation>误差构成</translation>
        </message>
        <message>
            <source>What the error of the MLP's output is made of; by token too with layer × token maps</source>
            <translation>MLP 输出误差的构成；启用层 × 词元图时也按词元给出</translation>
        </message>
        <message>
            <source>Channels</source>
            <translation>通道</translation>
        </message>
        <message>
            <source>Mean magnitude of each residual dimension</source>
            <translation>每个残差维度的平均幅值</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>关</translation>
        </message>
        <message>
            <source>Other batches</source>
            <translation>其他批次</translation>
        </message>
        <message>
            <source>Products in bf16</source>
            <translation>bf16 乘积</translation>
        </message>
        <message>
            <source>Runs the reference a second time, different by rounding alone: differences below that mean nothing. One more lane.</source>
            <translation>再运行一次参考模型，仅舍入不同：低于此的差异没有意义。多占一条通路。</translation>
        </message>
        <message>
            <source>Measure in every layer:</source>
            <translation>在每层测量：</translation>
        </message>
        <message>
            <source>Noise floor</source>
            <translation>噪声下限</translation>
        </message>
        <message>
            <source>Activations</source>
            <translation>激活</translation>
        </message>
        <message>
            <source>Largest values, tails and histograms of what matrices read</source>
            <translation>矩阵所读取值的最大值、尾部和直方图</translation>
        </message>
        <message>
            <source>Depth</source>
            <translation>深度</translation>
        </message>
        <message>
            <source>What blocks, attention and MLPs change of the residual stream</source>
            <translation>块、注意力和 MLP 对残差流的改变</translation>
        </message>
        <message>
            <source>Statistics of every site</source>
            <translation>每个位置的统计量</translation>
        </message>
        <message>
            <source>Norms and errors at every site of every layer; without them studies of many lanes are faster and their sessions smaller.</source>
            <translation>每层每个位置的范数和误差；不测量时，多路研究更快，会话更小。</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source> examples</source>
            <translation> 个样例</translation>
        </message>
        <message>
            <source>Examples on which attention, MLPs and blocks are left out, one at a time and one more at a time: the loss without them, on the page Depth</source>
            <translation>在这些样例上略去注意力、MLP 和块，逐个略去以及依次累加：略去后的损失见“深度”页</translation>
        </message>
        <message>
            <source>Leave out units on</source>
            <translation>略去单元的样例</translation>
        </message>
    </context>
    <context>
        <name>quantscope::LinesPlot</name>
        <message>
            <source>curve</source>
            <translation>曲线</translation>
        </message>
        <message>
            <source>low</source>
            <translation>下限</translation>
        </message>
        <message>
            <source>high</source>
            <translation>上限</translation>
        </message>
        <message>
            <source>%1 — %2 %3: %4 %5</source>
            <translation>%1 — %2 %3：%4 %5</translation>
        </message>
        <message>
            <source>Logarithmic scale</source>
            <translation>对数刻度</translation>
        </message>
        <message>
            <source>%1 ↓ %2</source>
            <translation>%1 ↓ %2</translation>
        </message>
        <message>
            <source>%1 ↑ %2</source>
            <translation>%1 ↑ %2</translation>
        </message>
    </context>
    <context>
        <name>quantscope::LogPanel</name>
        <message>
            <source>Log</source>
            <translation>日志</translation>
        </message>
        <message>
            <source>Nothing has happened yet.</source>
            <translation>尚无记录。</translation>
        </message>
        <message>
            <source>error: </source>
            <translation>错误：</translation>
        </message>
        <message>
            <source>warning: </source>
            <translation>警告：</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MainMenu</name>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Open session…</source>
            <translation>打开会话(&amp;O)…</translation>
        </message>
        <message>
            <source>Open study &amp;folder…</source>
            <translation>打开研究文件夹(&amp;F)…</translation>
        </message>
        <message>
            <source>A study that is running or was interrupted: NAME.qscope.d</source>
            <translation>正在运行或已中断的研究：NAME.qscope.d</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>最近打开(&amp;R)</translation>
        </message>
        <message>
            <source>Choose &amp;model…</source>
            <translation>选择模型(&amp;M)…</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <translation>保存(&amp;S)</translation>
        </message>
        <message>
            <source>Keeps selection, pins and groups in the session</source>
            <translation>将选择、固定项和分组保存在会话中</translation>
        </message>
        <message>
            <source>Save &amp;as…</source>
            <translation>另存为(&amp;A)…</translation>
        </message>
        <message>
            <source>&amp;Export figure…</source>
            <translation>导出图形(&amp;E)…</translation>
        </message>
        <message>
            <source>Export a&amp;ll figures…</source>
            <translation>导出全部图形(&amp;L)…</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Study</source>
            <translation>研究(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Run</source>
            <translation>运行(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Pause</source>
            <translation>暂停(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>取消(&amp;C)</translation>
        </message>
        <message>
            <source>Run the &amp;demo</source>
            <translation>运行演示(&amp;D)</translation>
        </message>
        <message>
            <source>Studies the small model that comes with the program</source>
            <translation>研究程序自带的小模型</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Reset layout</source>
            <translation>重置布局(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>主题(&amp;T)</translation>
        </message>
        <message>
            <source>As the &amp;system</source>
            <translation>跟随系统(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Light</source>
            <translation>浅色(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Dark</source>
            <translation>深色(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>语言(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>帮助(&amp;H)</translation>
        </message>
        <message>
            <source>About this &amp;page</source>
            <translation>关于此页(&amp;P)</translation>
        </message>
        <message>
            <source>Show the &amp;log's folder</source>
            <translation>显示日志文件夹(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;About QuantScope</source>
            <translation>关于 QuantScope(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;Clear list</source>
            <translation>清空列表(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Compare with…</source>
            <translation>比较(&amp;C)…</translation>
        </message>
        <message>
            <source>Opens a second session beside this one</source>
            <translation>在此会话旁打开第二个会话</translation>
        </message>
        <message>
            <source>Close the compa&amp;rison</source>
            <translation>关闭比较(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <source>Copy figure as &amp;picture</source>
            <translation>将图复制为图片(&amp;P)</translation>
        </message>
        <message>
            <source>Copy figure's &amp;values</source>
            <translation>复制图中的数值(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Find in examples</source>
            <translation>在样本中查找(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Commands…</source>
            <translation>命令(&amp;C)…</translation>
        </message>
        <message>
            <source>&amp;Keyboard shortcuts…</source>
            <translation>键盘快捷键(&amp;K)…</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>撤消(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>Page &amp;before</source>
            <translation>上一页(&amp;B)</translation>
        </message>
        <message>
            <source>&amp;Next page</source>
            <translation>下一页(&amp;N)</translation>
        </message>
        <message>
            <source>Figure s&amp;heet…</source>
            <translation>图版(&amp;H)…</translation>
        </message>
        <message>
            <source>Several figures in one file</source>
            <translation>一个文件中的多幅图</translation>
        </message>
        <message>
            <source>Your &amp;first study…</source>
            <translation>第一项研究(&amp;F)…</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MainWindow</name>
        <message>
            <source>Open a session, run a study, or try the demo (menu Study).</source>
            <translation>打开会话、运行研究，或试试演示（“研究”菜单）。</translation>
        </message>
        <message>
            <source>The language changes at the next start.</source>
            <translation>语言将在下次启动时更改。</translation>
        </message>
        <message>
            <source>Choose a model folder</source>
            <translation>选择模型文件夹</translation>
        </message>
        <message>
            <source>The session could not be opened or saved</source>
            <translation>无法打开或保存会话</translation>
        </message>
        <message>
            <source>Saved %1</source>
            <translation>已保存 %1</translation>
        </message>
        <message>
            <source>The study runs; pages fill as layers finish.</source>
            <translation>研究正在运行；各页面随各层完成而更新。</translation>
        </message>
        <message>
            <source>The study failed</source>
            <translation>研究失败</translation>
        </message>
        <message>
            <source>The study was stopped.</source>
            <translation>研究已停止。</translation>
        </message>
        <message>
            <source>Opening %1…</source>
            <translation>正在打开 %1…</translation>
        </message>
        <message>
            <source>This cannot be opened</source>
            <translation>无法打开</translation>
        </message>
        <message>
            <source>%1 is neither a session (NAME.qscope.h5), nor a model's folder with a config.json, nor a text.</source>
            <translation>%1 既不是会话（NAME.qscope.h5），也不是含有 config.json 的模型文件夹，也不是文本。</translation>
        </message>
        <message>
            <source>There is no demo</source>
            <translation>没有演示</translation>
        </message>
        <message>
            <source>%1 – QuantScope</source>
            <translation>%1 – QuantScope</translation>
        </message>
        <message>
            <source>Open a session</source>
            <translation>打开会话</translation>
        </message>
        <message>
            <source>Saving %1…</source>
            <translation>正在保存 %1…</translation>
        </message>
        <message>
            <source>This page has no figure to export.</source>
            <translation>此页没有可导出的图形。</translation>
        </message>
        <message>
            <source>A study is running</source>
            <translation>研究正在运行</translation>
        </message>
        <message>
            <source>Stop the study and quit? What is finished stays, and the study can be resumed.</source>
            <translation>停止研究并退出？已完成的部分会保留，之后可以继续研究。</translation>
        </message>
        <message>
            <source>The experiment could not be made</source>
            <translation>无法进行该实验</translation>
        </message>
        <message>
            <source>Too many sessions</source>
            <translation>会话太多</translation>
        </message>
        <message>
            <source>%1 sessions were named; the window shows one, or two beside each other. Name two of them.</source>
            <translation>给出了 %1 个会话；窗口显示一个，或并排两个。请只给出其中两个。</translation>
        </message>
        <message>
            <source>%1 and %2</source>
            <translation>%1 和 %2</translation>
        </message>
        <message>
            <source>Compare with</source>
            <translation>比较</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MethodDialog</name>
        <message>
            <source>Quantization method</source>
            <translation>量化方法</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>the method and its options</source>
            <translation>方法及其选项</translation>
        </message>
        <message>
            <source>How the method is called in tables and figures</source>
            <translation>方法在表格和图形中的名称</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>This build has no quantization method.</source>
            <translation>此版本不含任何量化方法。</translation>
        </message>
        <message>
            <source>Source: %1. Needs: %2.</source>
            <translation>出处：%1。需要：%2。</translation>
        </message>
        <message>
            <source>There is no method to choose.</source>
            <translation>没有可选的方法。</translation>
        </message>
        <message>
            <source>%1 cannot be “%2”.</source>
            <translation>%1 不能为“%2”。</translation>
        </message>
        <message>
            <source>The study has a method named “%1” already.</source>
            <translation>研究中已有名为“%1”的方法。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MethodPresets</name>
        <message>
            <source>As in Chang et al.</source>
            <translation>同 Chang 等人</translation>
        </message>
        <message>
            <source>3 bits: GPTQ with groups of 64 and activation order, AWQ with groups of 128, NF3 with blocks of 64</source>
            <translation>3 比特：GPTQ（64 一组，按激活排序）、AWQ（128 一组）、NF3（64 一块）</translation>
        </message>
        <message>
            <source>4-bit everyday</source>
            <translation>日常 4 比特</translation>
        </message>
        <message>
            <source>4 bits: GPTQ and AWQ with groups of 128, NF4 with blocks of 64</source>
            <translation>4 比特：GPTQ 和 AWQ（128 一组）、NF4（64 一块）</translation>
        </message>
        <message>
            <source>Round to nearest, 3 and 4 bits</source>
            <translation>就近取整，3 和 4 比特</translation>
        </message>
        <message>
            <source>The baseline, which needs no calibration: groups of 128</source>
            <translation>无需校准的基线：128 一组</translation>
        </message>
        <message>
            <source>Weights and activations</source>
            <translation>权重与激活</translation>
        </message>
        <message>
            <source>Inputs of matrices are rounded too: naive and smoothed in 8 bits, QuaRot, DuQuant and PrefixQuant in 4 bits</source>
            <translation>矩阵的输入也被取整：直接取整与平滑后取整为 8 位，QuaRot、DuQuant 和 PrefixQuant 为 4 位</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MethodsSection</name>
        <message>
            <source>Edit…</source>
            <translation>编辑…</translation>
        </message>
        <message>
            <source>Change the selected method</source>
            <translation>修改所选方法</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Take the selected method out of the study</source>
            <translation>从研究中移除所选方法</translation>
        </message>
        <message>
            <source>Quantization methods</source>
            <translation>量化方法</translation>
        </message>
        <message>
            <source>Add…</source>
            <translation>添加…</translation>
        </message>
        <message>
            <source>Add a method</source>
            <translation>添加一种方法</translation>
        </message>
        <message>
            <source>Presets</source>
            <translation>预设</translation>
        </message>
        <message>
            <source>Take methods that belong together</source>
            <translation>选用一组配套的方法</translation>
        </message>
        <message>
            <source>windows of the study's text</source>
            <translation>研究文本的窗口</translation>
        </message>
        <message>
            <source>Windows that methods calibrate on</source>
            <translation>用于校准方法的窗口</translation>
        </message>
        <message>
            <source>as the study</source>
            <translation>与研究相同</translation>
        </message>
        <message>
            <source>Tokens of a calibration window</source>
            <translation>校准窗口的词元数</translation>
        </message>
        <message>
            <source>Windows</source>
            <translation>窗口</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元数</translation>
        </message>
        <message>
            <source>Calibration text</source>
            <translation>校准文本</translation>
        </message>
        <message>
            <source>Add quantized checkpoint…</source>
            <translation>添加量化检查点…</translation>
        </message>
        <message>
            <source>Add a checkpoint of the same model that another program quantized</source>
            <translation>添加由其他程序量化的同一模型的检查点</translation>
        </message>
        <message>
            <source>%1 (checkpoint)</source>
            <translation>%1（检查点）</translation>
        </message>
        <message>
            <source>All of each document</source>
            <translation>每篇文档的全部</translation>
        </message>
        <message>
            <source>First of each document</source>
            <translation>每篇文档的第一个</translation>
        </message>
        <message>
            <source>Which windows of a document are drawn from</source>
            <translation>从文档的哪些窗口中抽取</translation>
        </message>
        <message>
            <source>Drawn from</source>
            <translation>抽取自</translation>
        </message>
        <message>
            <source>Calibration sets to compare</source>
            <translation>要比较的校准集</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ModelSection</name>
        <message>
            <source>Choose a model folder</source>
            <translation>选择模型文件夹</translation>
        </message>
        <message>
            <source>Model folder</source>
            <translation>模型文件夹</translation>
        </message>
        <message>
            <source>Hugging Face folder or GGUF file, or drop it here</source>
            <translation>Hugging Face 文件夹或 GGUF 文件，或拖放到此处</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>%1, %2 parameters in %3
%4 layers, hidden size %5, vocabulary %6
%7</source>
            <translation>%1，%2 参数，%3
%4 层，隐藏维度 %5，词表 %6
%7</translation>
        </message>
    </context>
    <context>
        <name>quantscope::OptionEditor</name>
        <message>
            <source>&lt;p&gt;%1&lt;/p&gt;&lt;p&gt;Values: %2. Default: %3.&lt;/p&gt;</source>
            <translation>&lt;p&gt;%1&lt;/p&gt;&lt;p&gt;取值：%2。默认值：%3。&lt;/p&gt;</translation>
        </message>
    </context>
    <context>
        <name>quantscope::OverviewPage</name>
        <message>
            <source>Residual size foretells the error</source>
            <translation>残差大小可预示误差</translation>
        </message>
        <message>
            <source>Pearson correlation over examples between the mean norm of the last layer's residual and the final error, with its bootstrap interval.</source>
            <translation>最后一层残差的平均范数与最终误差在样本间的 Pearson 相关系数，带自助法区间。</translation>
        </message>
        <message>
            <source>ρ(S, E) at the last layer</source>
            <translation>最后一层的 ρ(S, E)</translation>
        </message>
        <message>
            <source>A model this small shows how the tool works, not whether the published findings hold for it.</source>
            <translation>如此小的模型只能展示工具的用法，不能说明已发表的结论对它是否成立。</translation>
        </message>
        <message>
            <source>Methods</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>Inputs that break most</source>
            <translation>受损最严重的输入</translation>
        </message>
        <message>
            <source>Overview</source>
            <translation>概览</translation>
        </message>
        <message>
            <source>&lt;p&gt;What was run and what came out. The table compares the methods: perplexity and mean error with bootstrap intervals over documents, the mean divergence of the predictions, how often the most likely token is the same, and the bits each weight really takes.&lt;/p&gt;&lt;p&gt;The curves show the error of every example, sorted: a steep end means that few inputs take most of the damage. The bars show how strongly the size of the residual stream foretells the error.&lt;/p&gt;</source>
            <translation>&lt;p&gt;运行了什么以及结果如何。表格比较各方法：困惑度和平均误差（带按文档的自助法区间）、预测的平均散度、首选词元相同的频率，以及每个权重实际占用的比特数。&lt;/p&gt;&lt;p&gt;曲线显示所有样本的误差（已排序）：末端陡峭说明少数输入承受了大部分损伤。条形显示残差流的大小在多大程度上预示误差。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>Lane</source>
            <translation>分支</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>Perplexity</source>
            <translation>困惑度</translation>
        </message>
        <message>
            <source>Exponential of the token-weighted mean loss, bootstrap over documents</source>
            <translation>按词元加权的平均损失的指数，按文档作自助法</translation>
        </message>
        <message>
            <source>Mean error (nat)</source>
            <translation>平均误差 (nat)</translation>
        </message>
        <message>
            <source>Mean over examples of the loss added by quantization</source>
            <translation>量化增加的损失在样本间的均值</translation>
        </message>
        <message>
            <source>KL (nat)</source>
            <translation>KL (nat)</translation>
        </message>
        <message>
            <source>Mean divergence of the predictions from the reference's, per token</source>
            <translation>预测相对于参考的平均散度（每词元）</translation>
        </message>
        <message>
            <source>Same top token</source>
            <translation>首选词元相同</translation>
        </message>
        <message>
            <source>Share of positions with the same most likely token</source>
            <translation>首选词元相同的位置所占比例</translation>
        </message>
        <message>
            <source>Bits/weight</source>
            <translation>比特/权重</translation>
        </message>
        <message>
            <source>All that is stored, over the number of quantized weights</source>
            <translation>全部存储量除以量化权重的个数</translation>
        </message>
        <message>
            <source>ρ(S, E)</source>
            <translation>ρ(S, E)</translation>
        </message>
        <message>
            <source>Correlation of the last layer's residual size with the error</source>
            <translation>最后一层残差大小与误差的相关系数</translation>
        </message>
        <message>
            <source>Example</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>Error (nat)</source>
            <translation>误差 (nat)</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Input bits</source>
            <translation>输入位数</translation>
        </message>
        <message>
            <source>Bits that inputs of matrices are rounded to; 16: not rounded</source>
            <translation>矩阵输入取整到的位数；16：不取整</translation>
        </message>
    </context>
    <context>
        <name>quantscope::Page</name>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>Nothing to show yet</source>
            <translation>尚无内容可显示</translation>
        </message>
        <message>
            <source>Loading …</source>
            <translation>正在加载…</translation>
        </message>
        <message>
            <source>The values of this page are being computed.</source>
            <translation>正在计算此页的数值。</translation>
        </message>
        <message>
            <source>This could not be shown</source>
            <translation>无法显示</translation>
        </message>
        <message>
            <source>These are the values of before; new ones are on their way.</source>
            <translation>这是之前的数值；新的数值正在计算中。</translation>
        </message>
        <message>
            <source>About this model: %1</source>
            <translation>关于此模型：%1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PageGroups</name>
        <message>
            <source>The study</source>
            <translation>研究</translation>
        </message>
        <message>
            <source>Which inputs</source>
            <translation>哪些输入</translation>
        </message>
        <message>
            <source>Where in the model</source>
            <translation>模型中的位置</translation>
        </message>
        <message>
            <source>Weights and methods</source>
            <translation>权重与方法</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PageNavigation</name>
        <message>
            <source>Pages</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>Page</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>Pa&amp;ge:</source>
            <translation>页面(&amp;G)：</translation>
        </message>
        <message>
            <source>Page before</source>
            <translation>上一页</translation>
        </message>
        <message>
            <source>Next page</source>
            <translation>下一页</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PatchNowPanel</name>
        <message>
            <source>%1 (zero)</source>
            <translation>%1（零）</translation>
        </message>
        <message>
            <source>%1 (random)</source>
            <translation>%1（随机）</translation>
        </message>
        <message>
            <source>Patch</source>
            <translation>修补</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Numbers of examples, with commas between; follows the selection</source>
            <translation>样本编号，用逗号分隔；跟随选择</translation>
        </message>
        <message>
            <source>Positions that are replaced: all, or such as 0, 1-4,7</source>
            <translation>被替换的位置：all，或如 0, 1-4,7</translation>
        </message>
        <message>
            <source>Layers that are replaced: upper-half, all, 7 or 10-31</source>
            <translation>被替换的层：upper-half、all、7 或 10-31</translation>
        </message>
        <message>
            <source>full into quantized</source>
            <translation>全精度换入量化</translation>
        </message>
        <message>
            <source>quantized into full</source>
            <translation>量化换入全精度</translation>
        </message>
        <message>
            <source>the donor's values</source>
            <translation>来源的值</translation>
        </message>
        <message>
            <source>zero</source>
            <translation>零</translation>
        </message>
        <message>
            <source>random, as far as the donor</source>
            <translation>随机，与来源等距</translation>
        </message>
        <message>
            <source>&amp;Examples:</source>
            <translation>样本(&amp;E)：</translation>
        </message>
        <message>
            <source>&amp;Outputs:</source>
            <translation>输出(&amp;O)：</translation>
        </message>
        <message>
            <source>&amp;Layers:</source>
            <translation>层(&amp;L)：</translation>
        </message>
        <message>
            <source>&amp;Positions:</source>
            <translation>位置(&amp;P)：</translation>
        </message>
        <message>
            <source>&amp;Method:</source>
            <translation>方法(&amp;M)：</translation>
        </message>
        <message>
            <source>&amp;Direction:</source>
            <translation>方向(&amp;D)：</translation>
        </message>
        <message>
            <source>P&amp;ut in:</source>
            <translation>换入(&amp;U)：</translation>
        </message>
        <message>
            <source>Removes the selected runs from the history</source>
            <translation>从历史中移除所选运行</translation>
        </message>
        <message>
            <source>History of patches</source>
            <translation>修补历史</translation>
        </message>
        <message>
            <source>Patching …</source>
            <translation>正在修补……</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>次序</translation>
        </message>
        <message>
            <source>Outputs</source>
            <translation>输出</translation>
        </message>
        <message>
            <source>Outputs that were replaced</source>
            <translation>被替换的输出</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层</translation>
        </message>
        <message>
            <source>Positions</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Patched</source>
            <translation>修补对象</translation>
        </message>
        <message>
            <source>The lane that was patched</source>
            <translation>被修补的通路</translation>
        </message>
        <message>
            <source>Donor</source>
            <translation>来源</translation>
        </message>
        <message>
            <source>The lane that the values are from</source>
            <translation>提供数值的通路</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>NLL before</source>
            <translation>修补前 NLL</translation>
        </message>
        <message>
            <source>Mean over the examples, nat</source>
            <translation>样本均值，nat</translation>
        </message>
        <message>
            <source>NLL patched</source>
            <translation>修补后 NLL</translation>
        </message>
        <message>
            <source>NLL donor</source>
            <translation>来源 NLL</translation>
        </message>
        <message>
            <source>Of the lane that the values are from; of a control, of the full-precision model</source>
            <translation>提供数值的通路的 NLL；对照则为全精度模型的 NLL</translation>
        </message>
        <message>
            <source>Recovered</source>
            <translation>恢复比例</translation>
        </message>
        <message>
            <source>(before − patched) / (before − donor), never clipped</source>
            <translation>（修补前 − 修补后）/（修补前 − 来源），从不截断</translation>
        </message>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Select runs in the table to compare them by token.</source>
            <translation>在表中选择运行，逐词元比较。</translation>
        </message>
        <message>
            <source>Replace outputs of modules on a few examples now, from the codes kept beside the session. Runs are kept with it.</source>
            <translation>现在利用会话旁保存的编码，在少数样本上替换模块输出。运行结果随会话保存。</translation>
        </message>
        <message>
            <source>token</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>NLL (nat)</source>
            <translation>NLL (nat)</translation>
        </message>
        <message>
            <source>NLL by token, example %1</source>
            <translation>逐词元 NLL，样本 %1</translation>
        </message>
        <message>
            <source>What the newest of the selected runs was before, and what each of them made of it; the example walks alone, so the last digits may differ from the study's</source>
            <translation>所选运行中最新一次修补之前的值，以及每次修补的结果；样本单独运行，末位数字可能与研究中的不同</translation>
        </message>
        <message>
            <source>donor (%1)</source>
            <translation>来源（%1）</translation>
        </message>
        <message>
            <source>before (%1)</source>
            <translation>修补前（%1）</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PatchingFields</name>
        <message>
            <source>MLP output</source>
            <translation>MLP 输出</translation>
        </message>
        <message>
            <source>The output of the MLP (down)</source>
            <translation>MLP 的输出（down）</translation>
        </message>
        <message>
            <source>Gate</source>
            <translation>门控</translation>
        </message>
        <message>
            <source>The gate after its activation</source>
            <translation>激活之后的门控</translation>
        </message>
        <message>
            <source>Up</source>
            <translation>Up</translation>
        </message>
        <message>
            <source>The up projection</source>
            <translation>up 投影</translation>
        </message>
        <message>
            <source>Gate and up</source>
            <translation>门控和 Up</translation>
        </message>
        <message>
            <source>Both factors of the MLP at once</source>
            <translation>同时替换 MLP 的两个因子</translation>
        </message>
        <message>
            <source>Attention</source>
            <translation>注意力</translation>
        </message>
        <message>
            <source>The output of the attention module</source>
            <translation>注意力模块的输出</translation>
        </message>
        <message>
            <source>Attention + MLP</source>
            <translation>注意力 + MLP</translation>
        </message>
        <message>
            <source>Both outputs that the residual stream is made of</source>
            <translation>构成残差流的两个输出</translation>
        </message>
        <message>
            <source>Queries</source>
            <translation>查询</translation>
        </message>
        <message>
            <source>The query projection</source>
            <translation>查询投影</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>键</translation>
        </message>
        <message>
            <source>The key projection</source>
            <translation>键投影</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>值</translation>
        </message>
        <message>
            <source>The value projection</source>
            <translation>值投影</translation>
        </message>
        <message>
            <source>Gate's input</source>
            <translation>门控的输入</translation>
        </message>
        <message>
            <source>What the gate's matrix is given, after the norm</source>
            <translation>归一化之后送入门控矩阵的值</translation>
        </message>
        <message>
            <source>Residual</source>
            <translation>残差</translation>
        </message>
        <message>
            <source>The residual stream that leaves the block; at single layers only: each, or 7</source>
            <translation>离开该块的残差流；仅限单层：each 或 7</translation>
        </message>
        <message>
            <source>Zero</source>
            <translation>零</translation>
        </message>
        <message>
            <source>Zero in the place of the donor's values</source>
            <translation>以零代替来源的值</translation>
        </message>
        <message>
            <source>Mean</source>
            <translation>均值</translation>
        </message>
        <message>
            <source>The reference's mean over the examples</source>
            <translation>参考模型在样本上的均值</translation>
        </message>
        <message>
            <source>Random</source>
            <translation>随机</translation>
        </message>
        <message>
            <source>A step in a random direction, as far as the donor's values lie away</source>
            <translation>沿随机方向移动，距离与来源的值相同</translation>
        </message>
        <message>
            <source>Query</source>
            <translation>Query</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>Key</translation>
        </message>
        <message>
            <source>Value</source>
            <translation>Value</translation>
        </message>
        <message>
            <source>Output</source>
            <translation>输出</translation>
        </message>
        <message>
            <source>Down</source>
            <translation>Down</translation>
        </message>
        <message>
            <source>All of attention</source>
            <translation>全部注意力</translation>
        </message>
        <message>
            <source>All of the MLP</source>
            <translation>全部 MLP</translation>
        </message>
        <message>
            <source>All matrices</source>
            <translation>全部矩阵</translation>
        </message>
        <message>
            <source>Layers whose values are replaced: upper-half, all, each (one at a time), upward (0 to each in turn), downward (each in turn to the last), 7, 10-31; several with commas between.</source>
            <translation>被替换数值的层：upper-half、all、each（逐层）、upward（从 0 到各层）、downward（从各层到最后一层）、7、10-31；多项用逗号分隔。</translation>
        </message>
        <message>
            <source>Positions whose values are replaced: all, or such as 0, 1-4,7</source>
            <translation>被替换数值的位置：all，或如 0, 1-4,7</translation>
        </message>
        <message>
            <source>Full precision into quantized</source>
            <translation>全精度替入量化</translation>
        </message>
        <message>
            <source>Quantized into full precision</source>
            <translation>量化替入全精度</translation>
        </message>
        <message>
            <source>Patch these outputs:</source>
            <translation>修补以下输出：</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层</translation>
        </message>
        <message>
            <source>Positions</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Direction</source>
            <translation>方向</translation>
        </message>
        <message>
            <source>Controls</source>
            <translation>对照</translation>
        </message>
        <message>
            <source>Restore these matrices to 16 bit:</source>
            <translation>将这些矩阵恢复为 16 位：</translation>
        </message>
        <message>
            <source>“%1” is not a set of layers. Write upper-half, all, each, upward, downward, 7 or 10-31.</source>
            <translation>“%1”不是层的集合。请写 upper-half、all、each、upward、downward、7 或 10-31。</translation>
        </message>
        <message>
            <source>“%1” is not a set of positions. Write all, or ascending numbers and ranges such as 0, 1-4,7.</source>
            <translation>“%1”不是位置的集合。请写 all，或升序的数字和范围，如 0, 1-4,7。</translation>
        </message>
        <message>
            <source>Controls go with patches: choose outputs to patch.</source>
            <translation>对照须与修补一起使用：请选择要修补的输出。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PatchingPage</name>
        <message>
            <source>Patches</source>
            <translation>修补</translation>
        </message>
        <message>
            <source>&amp;Patched lane:</source>
            <translation>被修补的分支(&amp;P)：</translation>
        </message>
        <message>
            <source>Patching</source>
            <translation>修补</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>Recovered by layer</source>
            <translation>各层的恢复比例</translation>
        </message>
        <message>
            <source>Fraction of D_large's damage that patching one module of one layer undoes.</source>
            <translation>修补某一层的某个模块所消除的 D_large 损伤比例。</translation>
        </message>
        <message>
            <source>Unstable: the interval of the damage contains zero.</source>
            <translation>不稳定：损伤的区间包含零。</translation>
        </message>
        <message>
            <source>Patched</source>
            <translation>修补对象</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层</translation>
        </message>
        <message>
            <source>Positions</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Donor</source>
            <translation>来源</translation>
        </message>
        <message>
            <source>Set</source>
            <translation>集合</translation>
        </message>
        <message>
            <source>n</source>
            <translation>n</translation>
        </message>
        <message>
            <source>Examples in the set</source>
            <translation>集合中的样本数</translation>
        </message>
        <message>
            <source>PPL full</source>
            <translation>PPL 全精度</translation>
        </message>
        <message>
            <source>Perplexity of the full-precision model on the set</source>
            <translation>全精度模型在该集合上的困惑度</translation>
        </message>
        <message>
            <source>PPL quantized</source>
            <translation>PPL 量化</translation>
        </message>
        <message>
            <source>Perplexity of the quantized model on the set</source>
            <translation>量化模型在该集合上的困惑度</translation>
        </message>
        <message>
            <source>PPL patched</source>
            <translation>PPL 修补</translation>
        </message>
        <message>
            <source>Perplexity of the patched model on the set</source>
            <translation>修补后模型在该集合上的困惑度</translation>
        </message>
        <message>
            <source>Recovered</source>
            <translation>恢复比例</translation>
        </message>
        <message>
            <source>Ratio of the set's means with its bootstrap interval</source>
            <translation>集合均值之比及其自助法区间</translation>
        </message>
        <message>
            <source>No patches were run in this study. Choose some among the instruments and run the study again, or patch single examples now.</source>
            <translation>本研究未运行修补。请在测量项中选择并重新运行研究，或现在修补单个样本。</translation>
        </message>
        <message>
            <source>Patches of the study</source>
            <translation>研究中的修补</translation>
        </message>
        <message>
            <source>Patch now</source>
            <translation>立即修补</translation>
        </message>
        <message>
            <source>&lt;p&gt;The quantized model runs on an example while the outputs of one kind of module are replaced by the full-precision model's. What that recovers says where the damage passes through. It is shown for D_large, D_ctrl, the matched controls and all examples, since recovery on D_large alone says nothing about why these inputs break.&lt;/p&gt;&lt;p&gt;Values are never clipped: a patch can make things worse (below 0) or better than the full model (above 1).&lt;/p&gt;&lt;p&gt;&lt;b&gt;Patch now&lt;/b&gt; runs one patch on examples that you choose, from the codes kept beside the session: which outputs, at which layers and positions, whose values, or zero or a random direction in their place. Runs are kept with the session; select several to compare them token by token.&lt;/p&gt;</source>
            <translation>&lt;p&gt;量化模型处理一个样本时，某类模块的输出被替换为全精度模型的输出。由此恢复的部分说明损伤从何处通过。结果针对 D_large、D_ctrl、匹配对照和全部样本分别给出，因为仅 D_large 上的恢复并不能说明这些输入为何受损。&lt;/p&gt;&lt;p&gt;数值从不截断：修补可能使结果变差（低于 0），也可能优于全精度模型（高于 1）。&lt;/p&gt;&lt;p&gt;&lt;b&gt;立即修补&lt;/b&gt;利用会话旁保存的编码，在您选择的样本上运行一次修补：哪些输出、哪些层和位置、取谁的值，或以零或随机方向代替。运行结果随会话保存；选择多个即可逐词元比较。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>%1, from l on</source>
            <translation>%1，从 l 起</translation>
        </message>
        <message>
            <source>%1, up to l</source>
            <translation>%1，至 l</translation>
        </message>
        <message>
            <source>&amp;Kind:</source>
            <translation>种类(&amp;K)：</translation>
        </message>
        <message>
            <source>What bars and curves show; of one kind, its controls too. Of all kinds, many curves are those of attn, gate, up and down alone</source>
            <translation>柱状图和曲线显示的内容；选定一种时也显示其对照。显示全部且曲线较多时，只画 attn、gate、up 和 down 的曲线</translation>
        </message>
        <message>
            <source>all</source>
            <translation>全部</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PathChooser</name>
        <message>
            <source>Folder…</source>
            <translation>文件夹…</translation>
        </message>
        <message>
            <source>GGUF file…</source>
            <translation>GGUF 文件…</translation>
        </message>
        <message>
            <source>GGUF files</source>
            <translation>GGUF 文件</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PlotSummary</name>
        <message>
            <source>Lines: %1, over %2 from %3 to %4; values from %5 to %6, the highest in %7.</source>
            <translation>曲线：%1 条，%2 从 %3 到 %4；数值从 %5 到 %6，最高值在 %7。</translation>
        </message>
        <message>
            <source>Map of %1 rows and %2 columns; values from %3 to %4, the highest in row %5, column %6; not measured: %7.</source>
            <translation>热图：%1 行 %2 列；数值从 %3 到 %4，最高值在行 %5、列 %6；未测量：%7。</translation>
        </message>
        <message>
            <source>Points: %1; %2 from %3 to %4, %5 from %6 to %7.</source>
            <translation>点：%1 个；%2 从 %3 到 %4，%5 从 %6 到 %7。</translation>
        </message>
        <message>
            <source>Pearson correlation %1, Spearman %2.</source>
            <translation>皮尔逊相关 %1，斯皮尔曼 %2。</translation>
        </message>
        <message>
            <source>Values: %1 in %2 groups, from %3 to %4, the highest for %5.</source>
            <translation>数值：%1 个，分 %2 组，从 %3 到 %4，最高为 %5。</translation>
        </message>
        <message>
            <source>Columns grouped by %1, groups: %2: %3.</source>
            <translation>列按 %1 分组，组数 %2：%3。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PlotWidget</name>
        <message>
            <source>Not measured</source>
            <translation>未测量</translation>
        </message>
        <message>
            <source>Zoom back</source>
            <translation>返回上一缩放</translation>
        </message>
        <message>
            <source>Show all</source>
            <translation>显示全部</translation>
        </message>
        <message>
            <source>Copy as picture</source>
            <translation>复制为图片</translation>
        </message>
        <message>
            <source>Copy data as text</source>
            <translation>复制数据为文本</translation>
        </message>
        <message>
            <source>Export figure …</source>
            <translation>导出图形…</translation>
        </message>
    </context>
    <context>
        <name>quantscope::QuestionsSection</name>
        <message>
            <source>Choose questions</source>
            <translation>选择问题文件</translation>
        </message>
        <message>
            <source>Questions (*.jsonl *.json *.gz *.zst);;All files (*)</source>
            <translation>问题 (*.jsonl *.json *.gz *.zst);;所有文件 (*)</translation>
        </message>
        <message>
            <source>The field that holds the question</source>
            <translation>包含问题的字段</translation>
        </message>
        <message>
            <source>The field with the accepted answers: a list of texts (PopQA: possible_answers)</source>
            <translation>包含可接受答案的字段：文本列表（PopQA：possible_answers）</translation>
        </message>
        <message>
            <source>The field with a number for the popularity of the question's subject (PopQA: s_pop)</source>
            <translation>表示问题主题流行度的数字字段（PopQA：s_pop）</translation>
        </message>
        <message>
            <source>The field with the choices, for questions of multiple choice</source>
            <translation>包含选项的字段，用于选择题</translation>
        </message>
        <message>
            <source>The field with the index of the right choice, from 0</source>
            <translation>正确选项索引的字段，从 0 开始</translation>
        </message>
        <message>
            <source>The prompt, with {question} where the question stands; \n is a line break. The answer follows after a space.</source>
            <translation>提示，用 {question} 表示问题的位置；\n 表示换行。答案在一个空格之后。</translation>
        </message>
        <message>
            <source>Questions shown with their answers before each prompt. They are drawn with the seed and not asked.</source>
            <translation>在每个提示前连同答案一起展示的问题。它们用种子抽取，不会被提问。</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Questions drawn with the seed; 0 takes all.</source>
            <translation>用种子抽取的问题；0 表示全部。</translation>
        </message>
        <message>
            <source>all</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>Tokens of the longest answer; it ends earlier at a line break or end token.</source>
            <translation>最长答案的词元数；遇到换行或结束词元时提前结束。</translation>
        </message>
        <message>
            <source>File of questions</source>
            <translation>问题文件</translation>
        </message>
        <message>
            <source>none are asked</source>
            <translation>不提问</translation>
        </message>
        <message>
            <source>Contains an accepted answer</source>
            <translation>包含可接受的答案</translation>
        </message>
        <message>
            <source>Exact match</source>
            <translation>精确匹配</translation>
        </message>
        <message>
            <source>When an answer is right: an accepted answer occurs in it (PopQA's criterion), or they are equal but for case, punctuation and articles (SQuAD's).</source>
            <translation>何时算答对：其中出现可接受的答案（PopQA 的标准），或除大小写、标点和冠词外二者相同（SQuAD 的标准）。</translation>
        </message>
        <message>
            <source>Width of a bucket of the logarithm to base 10 of the popularity</source>
            <translation>流行度以 10 为底的对数的分组宽度</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Question field</source>
            <translation>问题字段</translation>
        </message>
        <message>
            <source>Answers field</source>
            <translation>答案字段</translation>
        </message>
        <message>
            <source>Popularity field</source>
            <translation>流行度字段</translation>
        </message>
        <message>
            <source>Choices field</source>
            <translation>选项字段</translation>
        </message>
        <message>
            <source>Right choice field</source>
            <translation>正确选项字段</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>Shots</source>
            <translation>示例数</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>问答</translation>
        </message>
        <message>
            <source>Answer tokens</source>
            <translation>答案词元数</translation>
        </message>
        <message>
            <source>Right when</source>
            <translation>判对标准</translation>
        </message>
        <message>
            <source>Bucket width</source>
            <translation>分组宽度</translation>
        </message>
        <message>
            <source>The prompt has to say where the question stands: write {question} in it.</source>
            <translation>提示必须说明问题的位置：请在其中写入 {question}。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::QueueList</name>
        <message>
            <source>Waiting:</source>
            <translation>等待中：</translation>
        </message>
        <message>
            <source>Re&amp;move from the queue</source>
            <translation>移出队列(&amp;M)</translation>
        </message>
        <message>
            <source>Studies that wait</source>
            <translation>等待中的研究</translation>
        </message>
    </context>
    <context>
        <name>quantscope::RecipeStudies</name>
        <message>
            <source>Save the recipe</source>
            <translation>保存配方</translation>
        </message>
        <message>
            <source>A study is running</source>
            <translation>研究正在运行</translation>
        </message>
        <message>
            <source>Wait until it is finished, or stop it; then apply the recipe again.</source>
            <translation>请等它完成或停止它，然后再次应用配方。</translation>
        </message>
        <message>
            <source>The recipe could not be applied</source>
            <translation>无法应用配方</translation>
        </message>
        <message>
            <source>The folder %1, where the recipe would be kept, cannot be made.</source>
            <translation>无法创建用于保存配方的文件夹 %1。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ReportPage</name>
        <message>
            <source>&amp;Quantized lane:</source>
            <translation>量化分支(&amp;Q)：</translation>
        </message>
        <message>
            <source>Output</source>
            <translation>输出</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>一致性</translation>
        </message>
        <message>
            <source>Explanations</source>
            <translation>解释</translation>
        </message>
        <message>
            <source>Predictors</source>
            <translation>预测</translation>
        </message>
        <message>
            <source>&lt;p&gt;How the predictions of each method differ from the reference's: divergence, the change of the true token's probability, perplexity; then by how confident the reference was, and by kind of text.&lt;/p&gt;</source>
            <translation>&lt;p&gt;各方法的预测与参考模型有何不同：散度、真实词元概率的变化、困惑度；再按参考模型的置信度和文本种类分别显示。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;Whether the methods fail on the same inputs, and how much of that can be known: an error is measured on few tokens, and what is measured with noise correlates less than it should. Reliability is the ceiling. Inputs that are chosen for their error look worse than they are; honest selection scores them by what did not choose them.&lt;/p&gt;</source>
            <translation>&lt;p&gt;各方法是否在相同的输入上失败，以及其中有多少是可以知道的：误差只在少量词元上测得，带噪声的测量其相关性会低于真实值。信度即为上限。因误差而被选中的输入看起来比实际更糟；诚实的选择用没有参与挑选的部分来评分。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;What goes with the error: the size of the residual stream, the same with the reference's loss held, the drift of the method's own stream, and what part runs through which. The grey band holds what all layers together reach by chance. Every contrast is shown against random controls and against inputs of the same loss.&lt;/p&gt;</source>
            <translation>&lt;p&gt;什么与误差相伴：残差流的大小、固定参考损失后的同一关系、方法自身残差流的漂移，以及各部分经由何处传递。灰色带表示所有层合起来仅凭偶然能达到的范围。每个对比都同时与随机对照和损失相同的输入比较。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;How well the errors can be foretold from the full-precision run alone, before anything is quantized: ridge regression and single ranks, always on documents that the model has not seen. No model can exceed the ceiling, since the errors themselves are measured with noise.&lt;/p&gt;</source>
            <translation>&lt;p&gt;仅凭全精度运行、在任何量化之前，误差能被预测到什么程度：岭回归与单个量的秩，始终在模型未见过的文档上评估。任何模型都不可能超过上限，因为误差本身的测量就带有噪声。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>This needs the errors of a finished study with texts of at least eight documents.</source>
            <translation>这需要一项已完成的研究的误差，且文本至少来自八个文档。</translation>
        </message>
        <message>
            <source>This needs the predictions of a finished study: wait for the run to end, or run a study with at least one method.</source>
            <translation>这需要一项已完成的研究的预测：请等待运行结束，或至少用一种方法运行研究。</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层</translation>
        </message>
        <message>
            <source>&lt;p&gt;What the instruments measured in every layer: the error of each module with the run's own inputs and fed with the reference's, what the error of the MLP is made of, how the residual stream drifts, what attention looks at, outliers. Which of these there are was chosen before the run (Instruments). The dashed grey line is the noise floor: the reference run again, different by rounding alone.&lt;/p&gt;</source>
            <translation>&lt;p&gt;各测量项在每层测得的结果：各模块在自身输入下和在参考输入下的误差、MLP 误差的构成、残差流的漂移、注意力的指向、离群值。哪些可用取决于运行前的选择（测量项）。灰色虚线为噪声下限：参考模型再次运行，仅舍入不同。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>问答</translation>
        </message>
        <message>
            <source>&lt;p&gt;What quantization does to behaviour: every lane answers the same questions after the same examples, greedily; answers are judged right or wrong and compared with the reference's question by question, by how popular the question's subject is. Choices are weighed by their likelihood. Small changes of accuracy can hide many flips: look at both directions.&lt;/p&gt;</source>
            <translation>&lt;p&gt;量化对行为的影响：每个分支在相同的示例之后以贪心方式回答相同的问题；答案被判为对或错，并按问题主题的流行度逐题与参考比较。选项按其似然权衡。准确率的小变化可能掩盖许多翻转：请查看两个方向。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>No lane has answered questions yet. Choose a file of questions under Questions in the study dock and run the study; a line is an object such as {"question": …, "answers": […], "popularity": …}.</source>
            <translation>还没有分支回答过问题。请在研究面板的“问答”中选择问题文件并运行研究；每行是一个对象，例如 {"question": …, "answers": […], "popularity": …}。</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>&lt;p&gt;Methods that train, against what they build on. Choose a base and what of the singular values is learned beneath it, and &lt;b&gt;Train and compare&lt;/b&gt;: the study in the dock runs with these two methods, and the losses of the blocks are drawn while they are trained.&lt;/p&gt;&lt;p&gt;Every matrix is W = U diag(S) Vᵀ; learned is Δ in W' = U (diag(S) + Δ) Vᵀ, zero at the start: increments of the diagonal (LSI), of a band or of a square (SDE). With a horizon, the output of a block is carried through the blocks after it, and the error there counts as well, which is meant to spread the error over the layers: whether it does, the entropy of the layers' errors says, 1 where all have the same. &lt;i&gt;Accumulated&lt;/i&gt; is the error in the residual stream, &lt;i&gt;local&lt;/i&gt; that of each block fed with the reference's input.&lt;/p&gt;</source>
            <translation>&lt;p&gt;将需要训练的方法与其所依据的基础方法对照。选择基础方法以及在其之下学习奇异值的哪一部分，然后点击&lt;b&gt;训练并比较&lt;/b&gt;：停靠窗中的研究将以这两种方法运行，并在训练过程中绘出各块的损失。&lt;/p&gt;&lt;p&gt;每个矩阵为 W = U diag(S) Vᵀ；学习的是 W' = U (diag(S) + Δ) Vᵀ 中的 Δ，初始为零：对角线的增量（LSI），或一条带、一个方块的增量（SDE）。设定前瞻后，块的输出会继续通过其后的块，那里的误差也计入损失，意在使误差分散到各层；是否如此，由各层误差的熵说明：各层相同时为 1。&lt;i&gt;累积&lt;/i&gt;指残差流中的误差，&lt;i&gt;局部&lt;/i&gt;指每个块以参考输入计算时的误差。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>This session has no method that trains. Choose a base and what is learned above, and a model, a text and a calibration text in the study dock.</source>
            <translation>此会话没有需要训练的方法。请在上方选择基础方法和学习内容，并在研究停靠窗中选择模型、文本和校准文本。</translation>
        </message>
        <message>
            <source>&amp;Try without the super weight</source>
            <translation>尝试去掉超级权重(&amp;T)</translation>
        </message>
        <message>
            <source>Walks the session's first examples with the candidate set to zero, and in the quantized lane back to full precision. Needs the model and the codes of the study.</source>
            <translation>将候选权重置零后遍历会话的前几个样本，并在量化模型中将其恢复为全精度。需要该研究的模型和编码。</translation>
        </message>
        <message>
            <source>Calibration</source>
            <translation>校准</translation>
        </message>
        <message>
            <source>Activations</source>
            <translation>激活</translation>
        </message>
        <message>
            <source>Depth</source>
            <translation>深度</translation>
        </message>
        <message>
            <source>Perturbation</source>
            <translation>扰动</translation>
        </message>
        <message>
            <source>&lt;p&gt;What the text matters that a method calibrates on. The same model and method, calibrated on several draws of several sources, nonsense among them, and always tested on the same text: how far apart are the draws of one source, how far the sources? A method that looks at no text is the control and must not move.&lt;/p&gt;</source>
            <translation>&lt;p&gt;方法所用的校准文本有多大影响。同一模型和方法，用若干来源（包括无意义文本）的若干次抽样校准，并始终在同一文本上测试：同一来源的各次抽样相差多远，不同来源之间又相差多远？不使用文本的方法是对照，必须保持不变。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;How the values are distributed that the matrices read, and what leaves each block: the largest, the median, the tails, single channels, the first token against the rest, and two kinds of text over each other. These figures describe; they do not predict what quantization breaks.&lt;/p&gt;</source>
            <translation>&lt;p&gt;矩阵所读取的值以及每个块的输出是如何分布的：最大值、中位数、尾部、单个通道、首个词元与其余词元的对比，以及两类文本的叠加。这些图用于描述，并不预测量化会破坏什么。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;What each layer changes, and what the model loses without it: influence and size of the updates of blocks, of attention and of MLPs alone, the loss with one or more of them left out, and with MLPs skipped at the tokens that they change least.&lt;/p&gt;</source>
            <translation>&lt;p&gt;每一层改变了什么，以及没有它模型会损失什么：块、注意力和 MLP 各自更新的影响力与大小，去掉其中一个或多个时的损失，以及在变化最小的词元处跳过 MLP 时的损失。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;Quantization seen as noise on the weights. Artificial noise of the same size, which grows or shrinks with the weight or does not look at it, tells whether the size of an error or its place does the damage; the methods' own changes are drawn against the weights that they change.&lt;/p&gt;</source>
            <translation>&lt;p&gt;把量化看作权重上的噪声。同样大小的人工噪声——随权重增大、减小或与之无关——可以说明造成损害的是误差的大小还是其位置；各方法自身的改动则相对于被改动的权重绘出。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>This needs a study with the instrument activations or outliers.</source>
            <translation>这需要一项启用 activations 或 outliers 仪器的研究。</translation>
        </message>
        <message>
            <source>This needs a study with at least one method, such as perturb.</source>
            <translation>这需要一项至少含一种方法（如 perturb）的研究。</translation>
        </message>
        <message>
            <source>Walking without the weight…</source>
            <translation>正在去掉该权重后遍历…</translation>
        </message>
        <message>
            <source>Allocate</source>
            <translation>分配</translation>
        </message>
        <message>
            <source>&lt;p&gt;Where to spend bits. On calibration text every matrix is quantized alone; an integer program then gives each the method that keeps the sum of these costs least within the budget. The slider solves it again for any budget.&lt;/p&gt;&lt;p&gt;What matters is said by the figures below: the mixed model was quantized again and measured on documents that took no part, beside a uniform model, random ones and one that spends the same bits on the largest matrices.&lt;/p&gt;</source>
            <translation>&lt;p&gt;把比特用在哪里。先在校准文本上逐个量化每个矩阵；再由整数规划为每个矩阵选择方法，使这些代价之和在预算内最小。拖动滑块可对任意预算重新求解。&lt;/p&gt;&lt;p&gt;真正重要的是下方各图：混合模型被重新量化，并在未参与决策的文档上测量，与统一方案、随机方案以及把同样的比特用于最大矩阵的方案并列比较。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>This needs the sensitivities of single matrices, which the commands quantscope-cli sensitivity and quantscope-cli allocate measure.</source>
            <translation>这需要单个矩阵的敏感度，由命令 quantscope-cli sensitivity 和 quantscope-cli allocate 测量。</translation>
        </message>
        <message>
            <source>Experts</source>
            <translation>专家</translation>
        </message>
        <message>
            <source>&lt;p&gt;Models whose MLPs are mixtures of experts send every token to a few of them. Which tokens go where is decided by a router, which is never quantized; but it reads a residual stream that quantization has moved, so that tokens go astray. Errors of an expert are over the tokens that both models send to it.&lt;/p&gt;</source>
            <translation>&lt;p&gt;MLP 为混合专家的模型把每个词元只送往其中少数几个专家。哪个词元去哪里由路由器决定，路由器从不量化；但它读取的残差流已被量化改变，因此有些词元会走错。专家的误差只统计两个模型都送往该专家的词元。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>The MLPs of this model are no mixtures of experts, or the study has not walked through a block yet.</source>
            <translation>此模型的 MLP 不是混合专家，或者研究尚未走完任何一个块。</translation>
        </message>
        <message>
            <source>This needs a study of calibration sets: add some under Methods in the study dock, or run quantscope-cli calibrate with a --set for each.</source>
            <translation>这需要一个校准集研究：请在研究停靠栏的“方法”下添加校准集，或为每个集用 --set 运行 quantscope-cli calibrate。</translation>
        </message>
        <message>
            <source>This needs a study with the instrument depth; “Leave out units on” (--removal N) also measures the loss without units, on N examples. In blocks whose attention and MLP read the same stream, each is taken as if it alone were added to it.</source>
            <translation>这需要一个带“深度”仪器的研究；“略去单元的样例”（--removal N）还在 N 个样例上测量略去单元后的损失。若块中的注意力与 MLP 读取同一残差流，则按各自单独加到该流来计算。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ResidualsPage</name>
        <message>
            <source>By layer</source>
            <translation>按层</translation>
        </message>
        <message>
            <source>Densities</source>
            <translation>密度</translation>
        </message>
        <message>
            <source>Residuals</source>
            <translation>残差</translation>
        </message>
        <message>
            <source>&amp;Site:</source>
            <translation>位置(&amp;S)：</translation>
        </message>
        <message>
            <source>S&amp;tatistic:</source>
            <translation>统计量(&amp;T)：</translation>
        </message>
        <message>
            <source>&amp;Lane:</source>
            <translation>分支(&amp;L)：</translation>
        </message>
        <message>
            <source>&amp;Minus:</source>
            <translation>减去(&amp;M)：</translation>
        </message>
        <message>
            <source>S&amp;ort by:</source>
            <translation>排序依据(&amp;O)：</translation>
        </message>
        <message>
            <source>&amp;Density at layer:</source>
            <translation>密度所在层(&amp;D)：</translation>
        </message>
        <message>
            <source>reference</source>
            <translation>参考</translation>
        </message>
        <message>
            <source>nothing</source>
            <translation>无</translation>
        </message>
        <message>
            <source>index</source>
            <translation>序号</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>One column an example, in the text's order.</source>
            <translation>每个样本一列，按文本顺序。</translation>
        </message>
        <message>
            <source>One column an example, sorted by %1.</source>
            <translation>每个样本一列，按 %1 排序。</translation>
        </message>
        <message>
            <source>Layer × example</source>
            <translation>层 × 样本</translation>
        </message>
        <message>
            <source>Layer × token</source>
            <translation>层 × 词元</translation>
        </message>
        <message>
            <source>Example %1.</source>
            <translation>样本 %1。</translation>
        </message>
        <message>
            <source>Choose an example to see its tokens.</source>
            <translation>选择一个样本以查看其词元。</translation>
        </message>
        <message>
            <source>This study kept no values of single tokens here. Choose token maps among the instruments and run it again.</source>
            <translation>此研究在这里没有保留单个词元的数值。请在测量项中选择词元图，然后重新运行。</translation>
        </message>
        <message>
            <source>&lt;p&gt;Where in depth the examples differ. The upper map has a column for each example, sorted as chosen and grouped under brackets where you like; the lower one a column for each token of the selected example. Layers go upward.&lt;/p&gt;&lt;p&gt;The curves compare D_large (orange) with D_ctrl (blue) with bootstrap intervals, and show how strongly a layer's residual size correlates with the final error. The densities show the norms before and after the MLP's norm at one layer: where the order of the two sets reverses, the norm amplifies what was small.&lt;/p&gt;</source>
            <translation>&lt;p&gt;样本在模型深度的何处出现差异。上图每个样本一列，按所选方式排序，并可用括号分组；下图为所选样本的每个词元一列。层序号向上递增。&lt;/p&gt;&lt;p&gt;曲线比较 D_large（橙色）与 D_ctrl（蓝色）并带自助法区间，同时显示某层残差大小与最终误差的相关程度。密度图显示某层 MLP 归一化前后的范数：两个集合的次序颠倒之处，归一化放大了原本较小的量。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Group by:</source>
            <translation>分组依据(&amp;G)：</translation>
        </message>
        <message>
            <source>D_large and D_ctrl</source>
            <translation>D_large 和 D_ctrl</translation>
        </message>
        <message>
            <source>named groups</source>
            <translation>命名的组</translation>
        </message>
        <message>
            <source>group %1</source>
            <translation>组 %1</translation>
        </message>
        <message>
            <source>Brackets hold examples of the same %1 together.</source>
            <translation>括号将 %1 相同的样本放在一起。</translation>
        </message>
        <message>
            <source>An example of several groups stands in the first.</source>
            <translation>属于多个组的样本排在第一个组中。</translation>
        </message>
        <message>
            <source>probability %1 in the reference, %2 in %3</source>
            <translation>参考模型中概率 %1，%3 中为 %2</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ResourcesSection</name>
        <message>
            <source>Save the session to</source>
            <translation>会话保存到</translation>
        </message>
        <message>
            <source>Sessions (*.qscope.h5)</source>
            <translation>会话 (*.qscope.h5)</translation>
        </message>
        <message>
            <source>Bound on the resident memory of the program while the study runs</source>
            <translation>研究运行期间程序常驻内存的上限</translation>
        </message>
        <message>
            <source>as many as cores</source>
            <translation>与核心数相同</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>CPU</source>
            <translation>CPU</translation>
        </message>
        <message>
            <source>CUDA</source>
            <translation>CUDA</translation>
        </message>
        <message>
            <source>chosen by the program</source>
            <translation>由程序决定</translation>
        </message>
        <message>
            <source>Rows of one matrix product. Another value may change the last digits of results.</source>
            <translation>一次矩阵乘法的行数。改变它可能影响结果的最末几位。</translation>
        </message>
        <message>
            <source>Session file</source>
            <translation>会话文件</translation>
        </message>
        <message>
            <source>Memory</source>
            <translation>内存</translation>
        </message>
        <message>
            <source>Threads</source>
            <translation>线程</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>Batch tokens</source>
            <translation>批次词元数</translation>
        </message>
        <message>
            <source>Session</source>
            <translation>会话</translation>
        </message>
    </context>
    <context>
        <name>quantscope::RunPanel</name>
        <message>
            <source>%1 h %2 min</source>
            <translation>%1 小时 %2 分</translation>
        </message>
        <message>
            <source>%1 min %2 s</source>
            <translation>%1 分 %2 秒</translation>
        </message>
        <message>
            <source>%1 s</source>
            <translation>%1 秒</translation>
        </message>
        <message>
            <source>&amp;Run</source>
            <translation>运行(&amp;R)</translation>
        </message>
        <message>
            <source>R&amp;esume</source>
            <translation>继续研究(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Pause</source>
            <translation>暂停(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>取消(&amp;C)</translation>
        </message>
        <message>
            <source>Progress of the study</source>
            <translation>研究进度</translation>
        </message>
        <message>
            <source>Run the study (Ctrl+R)</source>
            <translation>运行研究 (Ctrl+R)</translation>
        </message>
        <message>
            <source>Go on with the interrupted study that is open</source>
            <translation>继续当前打开的已中断研究</translation>
        </message>
        <message>
            <source>Estimating…</source>
            <translation>正在估算…</translation>
        </message>
        <message>
            <source>Stopping; what is finished stays…</source>
            <translation>正在停止；已完成的部分会保留…</translation>
        </message>
        <message>
            <source>&amp;Continue</source>
            <translation>继续(&amp;C)</translation>
        </message>
        <message>
            <source>, %1 left</source>
            <translation>，剩余 %1</translation>
        </message>
        <message>
            <source>About %1, %2 of %3 memory, %4 disk, examples: %5</source>
            <translation>约 %1，内存 %2 / %3，磁盘 %4，样本数：%5</translation>
        </message>
        <message>
            <source>&amp;Queue</source>
            <translation>排队(&amp;Q)</translation>
        </message>
        <message>
            <source>Run the study after the one that runs (Ctrl+R)</source>
            <translation>在当前研究之后运行此研究 (Ctrl+R)</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ScatterPlot</name>
        <message>
            <source>r = %1
ρ = %2
n = %3</source>
            <translation>r = %1
ρ = %2
n = %3</translation>
        </message>
        <message>
            <source>example</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>set</source>
            <translation>集合</translation>
        </message>
        <message>
            <source>D_large</source>
            <translation>D_large</translation>
        </message>
        <message>
            <source>D_ctrl</source>
            <translation>D_ctrl</translation>
        </message>
        <message>
            <source>other examples</source>
            <translation>其他样本</translation>
        </message>
        <message>
            <source>%1 %2, %3 %4</source>
            <translation>%1 %2，%3 %4</translation>
        </message>
        <message>
            <source> (D_large)</source>
            <translation>（D_large）</translation>
        </message>
        <message>
            <source> (D_ctrl)</source>
            <translation>（D_ctrl）</translation>
        </message>
        <message>
            <source>Example %1%2: %3 = %4, %5 = %6</source>
            <translation>样本 %1%2：%3 = %4，%5 = %6</translation>
        </message>
        <message>
            <source>Drag zooms</source>
            <translation>拖动以缩放</translation>
        </message>
        <message>
            <source>Drag selects a rectangle</source>
            <translation>拖动以矩形选择</translation>
        </message>
        <message>
            <source>Drag selects with a lasso</source>
            <translation>拖动以套索选择</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SelectionMenu</name>
        <message>
            <source>Se&amp;lection</source>
            <translation>选择(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Name as a group…</source>
            <translation>命名为组(&amp;N)…</translation>
        </message>
        <message>
            <source>Gives the selected examples a name that the session keeps</source>
            <translation>为所选样本命名，名称保存在会话中</translation>
        </message>
        <message>
            <source>&amp;Groups</source>
            <translation>组(&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Pin</source>
            <translation>固定(&amp;P)</translation>
        </message>
        <message>
            <source>Marks the selected examples in every view until they are unpinned</source>
            <translation>在所有视图中标记所选样本，直到取消固定</translation>
        </message>
        <message>
            <source>&amp;Select the pinned</source>
            <translation>选择已固定的(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Unpin all</source>
            <translation>全部取消固定(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Clear</source>
            <translation>清除(&amp;C)</translation>
        </message>
        <message>
            <source>Name a group</source>
            <translation>命名组</translation>
        </message>
        <message>
            <source>Rename a group</source>
            <translation>重命名组</translation>
        </message>
        <message>
            <source>New name:</source>
            <translation>新名称：</translation>
        </message>
        <message>
            <source>%1 (%2)</source>
            <translation>%1（%2）</translation>
        </message>
        <message>
            <source>&amp;Select</source>
            <translation>选择(&amp;S)</translation>
        </message>
        <message>
            <source>&amp;Rename…</source>
            <translation>重命名(&amp;R)…</translation>
        </message>
        <message>
            <source>&amp;Delete</source>
            <translation>删除(&amp;D)</translation>
        </message>
        <message>
            <source>Name of the selected examples:</source>
            <translation>所选样本的名称：</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SessionDialogs</name>
        <message>
            <source>Sessions %1;;All files (*)</source>
            <translation>会话 %1;;所有文件 (*)</translation>
        </message>
        <message>
            <source>Open a study's folder</source>
            <translation>打开研究文件夹</translation>
        </message>
        <message>
            <source>Save the session as</source>
            <translation>会话另存为</translation>
        </message>
        <message>
            <source>Sessions %1</source>
            <translation>会话 %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SessionPane</name>
        <message>
            <source>Close the comparison</source>
            <translation>关闭比较</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SessionRestore</name>
        <message>
            <source>Open what was open?</source>
            <translation>重新打开上次的内容？</translation>
        </message>
        <message>
            <source>QuantScope did not end as it should. %1 was open; show it again as it was?</source>
            <translation>QuantScope 上次未正常结束。当时打开的是 %1；要按原样重新显示吗？</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SheetDialog</name>
        <message>
            <source>Export the sheet to</source>
            <translation>导出图版到</translation>
        </message>
        <message>
            <source>Figures (*.pdf *.svg *.png)</source>
            <translation>图 (*.pdf *.svg *.png)</translation>
        </message>
        <message>
            <source>&amp;Letters a, b, c …</source>
            <translation>字母 a, b, c …(&amp;L)</translation>
        </message>
        <message>
            <source>Write what they show &amp;beside it</source>
            <translation>在旁边写明各图内容(&amp;B)</translation>
        </message>
        <message>
            <source>Figure sheet</source>
            <translation>图版</translation>
        </message>
        <message>
            <source>Figures on the sheet</source>
            <translation>图版中的图</translation>
        </message>
        <message>
            <source>Figures of pages that were looked at, in this order:</source>
            <translation>已查看页面中的图，按此顺序：</translation>
        </message>
        <message>
            <source> mm</source>
            <translation> 毫米</translation>
        </message>
        <message>
            <source> pt</source>
            <translation> 磅</translation>
        </message>
        <message>
            <source>300 dots an inch</source>
            <translation>每英寸 300 点</translation>
        </message>
        <message>
            <source>600 dots an inch</source>
            <translation>每英寸 600 点</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>列数</translation>
        </message>
        <message>
            <source>Width</source>
            <translation>宽度</translation>
        </message>
        <message>
            <source>Height of a row</source>
            <translation>行高</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>文字大小</translation>
        </message>
        <message>
            <source>Resolution of PNG</source>
            <translation>PNG 分辨率</translation>
        </message>
        <message>
            <source>The page</source>
            <translation>页面尺寸</translation>
        </message>
        <message>
            <source>%1 × %2 mm, figures: %3</source>
            <translation>%1 × %2 毫米，图数：%3</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ShortcutEditor</name>
        <message>
            <source>&amp;Assign</source>
            <translation>指定(&amp;A)</translation>
        </message>
        <message>
            <source>As at &amp;first</source>
            <translation>恢复初始(&amp;F)</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Words of a command</source>
            <translation>命令中的词</translation>
        </message>
        <message>
            <source>Commands</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>按键</translation>
        </message>
        <message>
            <source>New keys</source>
            <translation>新按键</translation>
        </message>
        <message>
            <source>&amp;Press new keys:</source>
            <translation>按下新按键(&amp;P)：</translation>
        </message>
        <message>
            <source>A&amp;ll as at first</source>
            <translation>全部恢复初始(&amp;L)</translation>
        </message>
        <message>
            <source>%1 belongs to “%2”. Give that command other keys first.</source>
            <translation>%1 属于“%2”。请先为该命令指定其他按键。</translation>
        </message>
        <message>
            <source>“%1” has no keys any more.</source>
            <translation>“%1”不再有快捷键。</translation>
        </message>
        <message>
            <source>“%1” has %2 now.</source>
            <translation>“%1”现在的快捷键是 %2。</translation>
        </message>
        <message>
            <source>All commands have their first keys again.</source>
            <translation>所有命令都已恢复初始快捷键。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::StripsPlot</name>
        <message>
            <source>group</source>
            <translation>组</translation>
        </message>
        <message>
            <source>strip</source>
            <translation>条带</translation>
        </message>
    </context>
    <context>
        <name>quantscope::StudyForm</name>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Methods</source>
            <translation>方法</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>测量项</translation>
        </message>
        <message>
            <source>Resources and session</source>
            <translation>资源与会话</translation>
        </message>
        <message>
            <source>Choose a model.</source>
            <translation>请选择模型。</translation>
        </message>
        <message>
            <source>Choose a text.</source>
            <translation>请选择文本。</translation>
        </message>
        <message>
            <source>Write the separator between documents.</source>
            <translation>请填写文档之间的分隔符。</translation>
        </message>
        <message>
            <source>Add a quantization method.</source>
            <translation>请添加量化方法。</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>问答</translation>
        </message>
    </context>
    <context>
        <name>quantscope::StudyPanel</name>
        <message>
            <source>Replace the session?</source>
            <translation>替换会话？</translation>
        </message>
        <message>
            <source>%1 exists already. Replace it by the new study?</source>
            <translation>%1 已存在。用新的研究替换它？</translation>
        </message>
        <message>
            <source>The folder %1 cannot be made. Choose another place for the session.</source>
            <translation>无法创建文件夹 %1。请为会话选择其他位置。</translation>
        </message>
        <message>
            <source>%1 is written by a study that runs or waits. Choose another session file under Resources and session.</source>
            <translation>%1 正由运行中或等待中的研究写入。请在“资源与会话”下选择其他会话文件。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TextSection</name>
        <message>
            <source>full windows only</source>
            <translation>仅完整窗口</translation>
        </message>
        <message>
            <source>all</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>First of each document</source>
            <translation>每个文档的第一个</translation>
        </message>
        <message>
            <source>All of each document</source>
            <translation>每个文档的全部</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>All examples</source>
            <translation>全部样本</translation>
        </message>
        <message>
            <source>As in the paper</source>
            <translation>同论文</translation>
        </message>
        <message>
            <source>Leaves out examples that share too many 5-grams with another one.</source>
            <translation>剔除与其他样本共享过多 5-gram 的样本。</translation>
        </message>
        <message>
            <source>Predicted tokens of each example, after the start token</source>
            <translation>每个样本在起始词元之后的预测词元数</translation>
        </message>
        <message>
            <source>The shortest window that is kept; padding stays out of every statistic.</source>
            <translation>保留的最短窗口；填充不计入任何统计。</translation>
        </message>
        <message>
            <source>Examples drawn with the seed; 0 takes all.</source>
            <translation>用随机种子抽取的样本数；0 表示全部。</translation>
        </message>
        <message>
            <source>The same seed draws the same examples.</source>
            <translation>相同的随机种子抽取相同的样本。</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元数</translation>
        </message>
        <message>
            <source>Windows</source>
            <translation>窗口</translation>
        </message>
        <message>
            <source>At least</source>
            <translation>至少</translation>
        </message>
        <message>
            <source>Duplicates</source>
            <translation>去重</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>样本</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>%1 documents, %2 examples, %3 tokens</source>
            <translation>%1 个文档，%2 个样本，%3 个词元</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TextSourceEditor</name>
        <message>
            <source>Choose a text</source>
            <translation>选择文本</translation>
        </message>
        <message>
            <source>Texts (*.txt *.jsonl *.csv *.tsv *.gz *.zst);;All files (*)</source>
            <translation>文本 (*.txt *.jsonl *.csv *.tsv *.gz *.zst);;所有文件 (*)</translation>
        </message>
        <message>
            <source>Text file</source>
            <translation>文本文件</translation>
        </message>
        <message>
            <source>file, or drop it here</source>
            <translation>文件，或拖放到此处</translation>
        </message>
        <message>
            <source>A line each</source>
            <translation>每行一个</translation>
        </message>
        <message>
            <source>A paragraph each</source>
            <translation>每段一个</translation>
        </message>
        <message>
            <source>The whole file</source>
            <translation>整个文件</translation>
        </message>
        <message>
            <source>Split at a separator</source>
            <translation>按分隔符拆分</translation>
        </message>
        <message>
            <source>JSON lines</source>
            <translation>JSON 行</translation>
        </message>
        <message>
            <source>CSV</source>
            <translation>CSV</translation>
        </message>
        <message>
            <source>TSV</source>
            <translation>TSV</translation>
        </message>
        <message>
            <source>How the file falls into documents</source>
            <translation>文件如何划分为文档</translation>
        </message>
        <message>
            <source>Literal text between two documents; \n is a line break.</source>
            <translation>两个文档之间的原文；\n 表示换行。</translation>
        </message>
        <message>
            <source>The field or column that holds the text</source>
            <translation>包含文本的字段或列</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Fields or columns kept beside each example, with commas between</source>
            <translation>随每个样本保留的字段或列，用逗号分隔</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Documents</source>
            <translation>文档</translation>
        </message>
        <message>
            <source>Separator</source>
            <translation>分隔符</translation>
        </message>
        <message>
            <source>Text field</source>
            <translation>文本字段</translation>
        </message>
        <message>
            <source>Label fields</source>
            <translation>标签字段</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TokenColourBar</name>
        <message>
            <source>Colours from %1 to %2 %3</source>
            <translation>颜色从 %1 到 %2 %3</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TrainingPage</name>
        <message>
            <source>Train and compare</source>
            <translation>训练并比较</translation>
        </message>
        <message>
            <source>&amp;Base:</source>
            <translation>基础方法(&amp;B)：</translation>
        </message>
        <message>
            <source>&amp;Learned:</source>
            <translation>学习内容(&amp;L)：</translation>
        </message>
        <message>
            <source>Band &amp;k:</source>
            <translation>带宽 k(&amp;K)：</translation>
        </message>
        <message>
            <source>S&amp;quare n:</source>
            <translation>方块 n(&amp;Q)：</translation>
        </message>
        <message>
            <source>&amp;Horizon:</source>
            <translation>前瞻(&amp;H)：</translation>
        </message>
        <message>
            <source>&amp;Epochs:</source>
            <translation>轮数(&amp;E)：</translation>
        </message>
        <message>
            <source>B&amp;its:</source>
            <translation>位数(&amp;I)：</translation>
        </message>
        <message>
            <source>&amp;Group:</source>
            <translation>分组(&amp;G)：</translation>
        </message>
        <message>
            <source>diagonal (LSI)</source>
            <translation>对角线 (LSI)</translation>
        </message>
        <message>
            <source>diagonal and square (LSI)</source>
            <translation>对角线和方块 (LSI)</translation>
        </message>
        <message>
            <source>band (SDE)</source>
            <translation>带 (SDE)</translation>
        </message>
        <message>
            <source>square (SDE)</source>
            <translation>方块 (SDE)</translation>
        </message>
        <message>
            <source>band and square (SDE)</source>
            <translation>带和方块 (SDE)</translation>
        </message>
        <message>
            <source>own block</source>
            <translation>仅本块</translation>
        </message>
        <message>
            <source>1 block ahead</source>
            <translation>前瞻 1 块</translation>
        </message>
        <message>
            <source>2 blocks ahead</source>
            <translation>前瞻 2 块</translation>
        </message>
        <message>
            <source>Entries (i, j) with |i − j| ≤ k are learned</source>
            <translation>学习 |i − j| ≤ k 的元素 (i, j)</translation>
        </message>
        <message>
            <source>Entries among the n largest singular values are learned</source>
            <translation>学习最大的 n 个奇异值之间的元素</translation>
        </message>
        <message>
            <source>Blocks that a block's output is carried through, where its error counts as well</source>
            <translation>块的输出继续通过的块数，那里的误差也计入损失</translation>
        </message>
        <message>
            <source>Passes over the calibration windows, for each block</source>
            <translation>每个块遍历校准窗口的次数</translation>
        </message>
        <message>
            <source>Input columns that share a scale</source>
            <translation>共用一个缩放因子的输入列数</translation>
        </message>
        <message>
            <source>Run the study in the dock with these two methods in place of its own</source>
            <translation>以这两种方法代替停靠窗中的方法运行研究</translation>
        </message>
        <message>
            <source>whole row</source>
            <translation>整行</translation>
        </message>
        <message>
            <source>4 bits</source>
            <translation>4 位</translation>
        </message>
        <message>
            <source>8 bits</source>
            <translation>8 位</translation>
        </message>
        <message>
            <source>as they are</source>
            <translation>保持原样</translation>
        </message>
        <message>
            <source>Bits that the inputs of matrices are rounded to while the model runs</source>
            <translation>模型运行时矩阵输入舍入到的位数</translation>
        </message>
        <message>
            <source>In&amp;puts:</source>
            <translation>输入(&amp;P)：</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ViewHistory</name>
        <message>
            <source>view</source>
            <translation>视图</translation>
        </message>
        <message>
            <source>selection</source>
            <translation>选择</translation>
        </message>
    </context>
    <context>
        <name>quantscope::WeightsPage</name>
        <message>
            <source>&amp;Method:</source>
            <translation>方法(&amp;M)：</translation>
        </message>
        <message>
            <source>S&amp;tatistic:</source>
            <translation>统计量(&amp;T)：</translation>
        </message>
        <message>
            <source>Weights</source>
            <translation>权重</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>打开一个会话，或选择模型和文本并运行一项研究。</translation>
        </message>
        <message>
            <source>Weights of %1</source>
            <translation>%1 的权重</translation>
        </message>
        <message>
            <source>%1 by layer and module.</source>
            <translation>%1（按层和模块）。</translation>
        </message>
        <message>
            <source>&lt;p&gt;How far each method moved the weights: the error of a matrix relative to its size (Frobenius norms), the ratio of signal to quantization noise, the cosine between the matrices, and the bits each weight takes with everything that is stored. For methods that train, also how far each epoch lowered the loss of every block.&lt;/p&gt;</source>
            <translation>&lt;p&gt;各方法使权重偏移了多少：矩阵误差相对于其大小（Frobenius 范数）、信号与量化噪声之比、矩阵之间的余弦，以及计入全部存储后每个权重占用的比特数。对于需要训练的方法，还显示每个训练轮次使各块的损失降低了多少。&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Training of %1</source>
            <translation>%1 的训练</translation>
        </message>
        <message>
            <source>Loss of each block over its loss before training. The best epoch is kept.</source>
            <translation>各块的损失与训练前损失之比。保留最佳轮次。</translation>
        </message>
    </context>
    <context>
        <name>quantscope::WindowDocks</name>
        <message>
            <source>Study</source>
            <translation>研究</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详情</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>日志</translation>
        </message>
    </context>
    <context>
        <name>quantscope::names</name>
        <message>
            <source>Residual before the block</source>
            <translation>块之前的残差</translation>
        </message>
        <message>
            <source>Norm before attention</source>
            <translation>注意力之前的归一化</translation>
        </message>
        <message>
            <source>Queries</source>
            <translation>查询</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>键</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>值</translation>
        </message>
        <message>
            <source>Input of the output projection</source>
            <translation>输出投影的输入</translation>
        </message>
        <message>
            <source>Attention output</source>
            <translation>注意力输出</translation>
        </message>
        <message>
            <source>Residual after attention, r</source>
            <translation>注意力之后的残差 r</translation>
        </message>
        <message>
            <source>Norm before the MLP, h</source>
            <translation>MLP 之前的归一化 h</translation>
        </message>
        <message>
            <source>Gate</source>
            <translation>门控</translation>
        </message>
        <message>
            <source>Up projection</source>
            <translation>up 投影</translation>
        </message>
        <message>
            <source>Input of the down projection</source>
            <translation>down 投影的输入</translation>
        </message>
        <message>
            <source>MLP output</source>
            <translation>MLP 输出</translation>
        </message>
        <message>
            <source>Residual after the block, z</source>
            <translation>块之后的残差 z</translation>
        </message>
        <message>
            <source>Norm</source>
            <translation>范数</translation>
        </message>
        <message>
            <source>Norm of the error</source>
            <translation>误差的范数</translation>
        </message>
        <message>
            <source>Relative error</source>
            <translation>相对误差</translation>
        </message>
        <message>
            <source>Cosine to the reference</source>
            <translation>与参考的余弦</translation>
        </message>
        <message>
            <source>Kurtosis</source>
            <translation>峰度</translation>
        </message>
        <message>
            <source>Kurtosis, median of tokens</source>
            <translation>峰度（词元中位数）</translation>
        </message>
        <message>
            <source>Largest value</source>
            <translation>最大值</translation>
        </message>
        <message>
            <source>Mean squared error</source>
            <translation>均方误差</translation>
        </message>
        <message>
            <source>Mean squared error, local</source>
            <translation>均方误差（局部）</translation>
        </message>
        <message>
            <source>Signal to quantization noise</source>
            <translation>信号与量化噪声比</translation>
        </message>
        <message>
            <source>Misfit of the recovered basis</source>
            <translation>恢复的基的失配</translation>
        </message>
        <message>
            <source>Bits per weight</source>
            <translation>每权重比特数</translation>
        </message>
        <message>
            <source>Gate and up</source>
            <translation>门控和 Up</translation>
        </message>
        <message>
            <source>Input of the gate</source>
            <translation>门控的输入</translation>
        </message>
        <message>
            <source>Residual stream</source>
            <translation>残差流</translation>
        </message>
        <message>
            <source>Training loss of blocks</source>
            <translation>各块的训练损失</translation>
        </message>
        <message>
            <source>Attention and MLP outputs</source>
            <translation>注意力与 MLP 输出</translation>
        </message>
        <message>
            <source>Bits of inputs</source>
            <translation>输入位数</translation>
        </message>
    </context>
</TS>

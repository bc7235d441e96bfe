<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
    <context>
        <name>PatchNowPanel</name>
        <message>
            <source>“%1” is not a list of examples. Write numbers with commas between, such as 3, 17.</source>
            <translation>„%1“ ist keine Liste von Beispielen. Schreiben Sie Nummern mit Kommas dazwischen, etwa 3, 17.</translation>
        </message>
        <message>
            <source>No example is named. Select one, or write its number.</source>
            <translation>Kein Beispiel ist genannt. Wählen Sie eines, oder schreiben Sie seine Nummer.</translation>
        </message>
        <message>
            <source>run %1</source>
            <translation>Lauf %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::AboutDialog</name>
        <message>
            <source>About QuantScope</source>
            <translation>Über QuantScope</translation>
        </message>
        <message>
            <source>&lt;p&gt;Shows which inputs low-bit quantization of a language model breaks, and where in the model that happens.&lt;/p&gt;&lt;p&gt;Free software under the GNU General Public License, version 3 or later; it comes without any warranty.&lt;/p&gt;&lt;p&gt;Built on Qt %1, QCustomPlot, libtorch and HDF5.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Zeigt, welche Eingaben die Quantisierung eines Sprachmodells auf wenige Bits beschädigt, und wo im Modell das geschieht.&lt;/p&gt;&lt;p&gt;Freie Software unter der GNU General Public License, Version 3 oder neuer; ohne jede Gewähr.&lt;/p&gt;&lt;p&gt;Gebaut auf Qt %1, QCustomPlot, libtorch und HDF5.&lt;/p&gt;</translation>
        </message>
    </context>
    <context>
        <name>quantscope::AllocatePage</name>
        <message>
            <source>mean KL</source>
            <translation>mittlere KL</translation>
        </message>
        <message>
            <source>worst decile</source>
            <translation>schlechtestes Zehntel</translation>
        </message>
        <message>
            <source>&amp;Budget:</source>
            <translation>&amp;Budget:</translation>
        </message>
        <message>
            <source>&amp;Keep small:</source>
            <translation>&amp;Klein halten:</translation>
        </message>
        <message>
            <source>&amp;Sensitivity to:</source>
            <translation>&amp;Empfindlichkeit gegen:</translation>
        </message>
        <message>
            <source>Sensitivity</source>
            <translation>Empfindlichkeit</translation>
        </message>
        <message>
            <source>How far the model moves from the reference when this matrix alone is quantized by %1; calibration text.</source>
            <translation>Wie weit sich das Modell von der Referenz entfernt, wenn nur diese Matrix mit %1 quantisiert wird; Kalibrierungstext.</translation>
        </message>
        <message>
            <source>Chosen bits</source>
            <translation>Gewählte Bits</translation>
        </message>
        <message>
            <source>True bits per weight that the budget buys for each matrix; solved as an integer program, not yet measured.</source>
            <translation>Wahre Bits je Gewicht, die das Budget jeder Matrix verschafft; als ganzzahliges Programm gelöst, noch nicht gemessen.</translation>
        </message>
        <message>
            <source>no assignment of these costs is better by more than 0.1 %</source>
            <translation>keine Zuteilung ist nach diesen Kosten um mehr als 0,1 % besser</translation>
        </message>
        <message>
            <source>the best found in the time given; none is below %1 nat</source>
            <translation>die beste, die in der Zeit gefunden wurde; keine liegt unter %1 nat</translation>
        </message>
        <message>
            <source>%1 of %2 bits per weight spent; predicted objective %3 nat (%4). %5.</source>
            <translation>%1 von %2 Bit je Gewicht ausgegeben; vorhergesagtes Ziel %3 nat (%4). %5.</translation>
        </message>
        <message>
            <source>KL of %1</source>
            <translation>KL von %1</translation>
        </message>
        <message>
            <source>Budget</source>
            <translation>Budget</translation>
        </message>
        <message>
            <source> bits per weight</source>
            <translation> Bit je Gewicht</translation>
        </message>
        <message>
            <source>Candidates</source>
            <translation>Kandidaten</translation>
        </message>
        <message>
            <source>Which methods a matrix may get</source>
            <translation>Welche Verfahren eine Matrix bekommen darf</translation>
        </message>
        <message>
            <source>Protect</source>
            <translation>Schützen</translation>
        </message>
        <message>
            <source>Kinds of matrices that get the candidate with the most bits, whatever it costs</source>
            <translation>Arten von Matrizen, die den Kandidaten mit den meisten Bits bekommen, was es auch kostet</translation>
        </message>
        <message>
            <source>&amp;Apply and run</source>
            <translation>&amp;Anwenden und starten</translation>
        </message>
        <message>
            <source>Adds this assignment to the study as a lane of mixed methods and runs it: the model is quantized so and measured</source>
            <translation>Fügt diese Zuteilung der Studie als Spur gemischter Verfahren hinzu und startet sie: das Modell wird so quantisiert und gemessen</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>Exportieren</translation>
        </message>
        <message>
            <source>As a recipe, JSON…</source>
            <translation>Als Rezept, JSON …</translation>
        </message>
        <message>
            <source>For GPTQModel…</source>
            <translation>Für GPTQModel …</translation>
        </message>
        <message>
            <source>For llm-compressor…</source>
            <translation>Für llm-compressor …</translation>
        </message>
        <message>
            <source>For llama.cpp…</source>
            <translation>Für llama.cpp …</translation>
        </message>
        <message>
            <source>Protect: none</source>
            <translation>Schützen: nichts</translation>
        </message>
        <message>
            <source>Protect: %1</source>
            <translation>Schützen: %1</translation>
        </message>
        <message>
            <source>Candidates: %1 of %2</source>
            <translation>Kandidaten: %1 von %2</translation>
        </message>
    </context>
    <context>
        <name>quantscope::BarsPlot</name>
        <message>
            <source>group</source>
            <translation>Gruppe</translation>
        </message>
        <message>
            <source>bar</source>
            <translation>Balken</translation>
        </message>
        <message>
            <source>low</source>
            <translation>unten</translation>
        </message>
        <message>
            <source>high</source>
            <translation>oben</translation>
        </message>
        <message>
            <source>unstable</source>
            <translation>instabil</translation>
        </message>
        <message>
            <source>%1, %2: %3</source>
            <translation>%1, %2: %3</translation>
        </message>
        <message>
            <source> (unstable)</source>
            <translation> (instabil)</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CalibrationSetDialog</name>
        <message>
            <source>as the study</source>
            <translation>wie die Studie</translation>
        </message>
        <message>
            <source>Mix with another file</source>
            <translation>Mit weiterer Datei mischen</translation>
        </message>
        <message>
            <source>Keeps this file and takes another one beside it; a draw has equal shares of all</source>
            <translation>Behält diese Datei und nimmt eine weitere hinzu; eine Ziehung hat gleiche Anteile von allen</translation>
        </message>
        <message>
            <source>Remove file</source>
            <translation>Datei entfernen</translation>
        </message>
        <message>
            <source>Take the selected file out of the set</source>
            <translation>Nimmt die gewählte Datei aus der Menge</translation>
        </message>
        <message>
            <source>Windows of a draw</source>
            <translation>Fenster einer Ziehung</translation>
        </message>
        <message>
            <source>Tokens of a window</source>
            <translation>Token eines Fensters</translation>
        </message>
        <message>
            <source>Draws of this set, which have no window in common</source>
            <translation>Ziehungen dieser Menge, die kein Fenster gemeinsam haben</translation>
        </message>
        <message>
            <source>Calibration set</source>
            <translation>Kalibriermenge</translation>
        </message>
        <message>
            <source>Every method is calibrated on each draw of each set, and all are tested on the study's text.</source>
            <translation>Jedes Verfahren wird auf jeder Ziehung jeder Menge kalibriert; geprüft werden alle auf dem Text der Studie.</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>Text</translation>
        </message>
        <message>
            <source>Random punctuation</source>
            <translation>Zufällige Satzzeichen</translation>
        </message>
        <message>
            <source>Random tokens</source>
            <translation>Zufällige Token</translation>
        </message>
        <message>
            <source>Files, or nonsense: ASCII punctuation and white space, or tokens of the vocabulary, each drawn uniformly</source>
            <translation>Dateien oder Unsinn: ASCII-Satzzeichen und Leerraum oder Token des Vokabulars, jeweils gleichverteilt gezogen</translation>
        </message>
        <message>
            <source>the name of the file</source>
            <translation>der Name der Datei</translation>
        </message>
        <message>
            <source>How the set is called in tables and figures</source>
            <translation>Wie die Menge in Tabellen und Abbildungen heißt</translation>
        </message>
        <message>
            <source>Other files of the set</source>
            <translation>Weitere Dateien der Menge</translation>
        </message>
        <message>
            <source>Made of</source>
            <translation>Besteht aus</translation>
        </message>
        <message>
            <source>Mixed with</source>
            <translation>Gemischt mit</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>Windows</source>
            <translation>Fenster</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>Draws</source>
            <translation>Ziehungen</translation>
        </message>
        <message>
            <source>Choose a text.</source>
            <translation>Wählen Sie einen Text.</translation>
        </message>
        <message>
            <source>A calibration set cannot split its files at a separator; write the documents as lines or JSON lines.</source>
            <translation>Eine Kalibriermenge kann ihre Dateien nicht an einer Trennfolge teilen; schreiben Sie die Dokumente als Zeilen oder JSON-Zeilen.</translation>
        </message>
        <message>
            <source>Another set is called “%1”.</source>
            <translation>Eine andere Menge heißt „%1“.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CalibrationSetsEditor</name>
        <message>
            <source>Edit…</source>
            <translation>Bearbeiten …</translation>
        </message>
        <message>
            <source>Change the selected calibration set</source>
            <translation>Ändert die gewählte Kalibriermenge</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>Take the selected set out of the study</source>
            <translation>Nimmt die gewählte Menge aus der Studie</translation>
        </message>
        <message>
            <source>Calibration sets</source>
            <translation>Kalibriermengen</translation>
        </message>
        <message>
            <source>Add…</source>
            <translation>Hinzufügen …</translation>
        </message>
        <message>
            <source>Add a set that every method is calibrated on</source>
            <translation>Fügt eine Menge hinzu, auf der jedes Verfahren kalibriert wird</translation>
        </message>
        <message>
            <source>Disjoint draws of each set that says nothing else</source>
            <translation>Disjunkte Ziehungen jeder Menge, die nichts anderes sagt</translation>
        </message>
        <message>
            <source>The set whose perplexity is 1 on the page Calibration</source>
            <translation>Die Menge, deren Perplexität auf der Seite Kalibrierung 1 ist</translation>
        </message>
        <message>
            <source>Draws</source>
            <translation>Ziehungen</translation>
        </message>
        <message>
            <source>Reference</source>
            <translation>Bezug</translation>
        </message>
        <message>
            <source>the first set</source>
            <translation>die erste Menge</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CaptionBar</name>
        <message>
            <source>Formula and source of this figure</source>
            <translation>Formel und Quelle dieser Abbildung</translation>
        </message>
        <message>
            <source>Source: %1</source>
            <translation>Quelle: %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ColourMap</name>
        <message>
            <source>Blue–red, centred</source>
            <translation>Blau–Rot, zentriert</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CommandLine</name>
        <message>
            <source>Shows which inputs low-bit quantization of a language model breaks, and where in the model.</source>
            <translation>Zeigt, welche Eingaben die Quantisierung eines Sprachmodells auf wenige Bits beschädigt, und wo im Modell.</translation>
        </message>
        <message>
            <source>Run the demo study at once.</source>
            <translation>Die Demostudie sofort starten.</translation>
        </message>
        <message>
            <source>Where figures go.</source>
            <translation>Wohin Abbildungen kommen.</translation>
        </message>
        <message>
            <source>Colours of this start: light, dark or system.</source>
            <translation>Farben dieses Starts: light, dark oder system.</translation>
        </message>
        <message>
            <source>Language of this start: en, de or zh_CN.</source>
            <translation>Sprache dieses Starts: en, de oder zh_CN.</translation>
        </message>
        <message>
            <source>Picture every page once it has its values, then quit.</source>
            <translation>Jede Seite abbilden, sobald sie ihre Werte hat, dann beenden.</translation>
        </message>
        <message>
            <source>The theme is light, dark or system.</source>
            <translation>Das Farbschema ist light, dark oder system.</translation>
        </message>
        <message>
            <source>Which figures: pages (all of the window's) or paper (those of the published study, with an index).</source>
            <translation>Welche Abbildungen: pages (alle des Fensters) oder paper (die der veröffentlichten Studie, mit Übersichtsseite).</translation>
        </message>
        <message>
            <source>Write: quantscope figures FILE -o FOLDER [--set paper]</source>
            <translation>Schreiben Sie: quantscope figures DATEI -o ORDNER [--set paper]</translation>
        </message>
        <message>
            <source>The set of figures is pages or paper.</source>
            <translation>Die Auswahl der Abbildungen ist pages oder paper.</translation>
        </message>
        <message>
            <source>--output and --set belong to: quantscope figures FILE -o FOLDER</source>
            <translation>--output und --set gehören zu: quantscope figures DATEI -o ORDNER</translation>
        </message>
        <message>
            <source>A session to open beside the first; the same as naming two sessions.</source>
            <translation>Eine Sitzung, die neben der ersten geöffnet wird; dasselbe, wie zwei Sitzungen zu nennen.</translation>
        </message>
        <message>
            <source>A session, a model's folder or a text to open; two sessions stand beside each other; or: figures FILE, to draw all figures of a session without a window.</source>
            <translation>Eine Sitzung, der Ordner eines Modells oder ein Text, die geöffnet werden; zwei Sitzungen stehen nebeneinander; oder: figures DATEI, um alle Abbildungen einer Sitzung ohne Fenster zu zeichnen.</translation>
        </message>
        <message>
            <source>Write: quantscope FIRST --compare SECOND</source>
            <translation>Schreiben Sie: quantscope ERSTE --compare ZWEITE</translation>
        </message>
        <message>
            <source>Size of the window for this start, such as 1280x800.</source>
            <translation>Größe des Fensters für diesen Start, etwa 1280x800.</translation>
        </message>
        <message>
            <source>The size of the window is two numbers of dots, such as 1280x800.</source>
            <translation>Die Größe des Fensters sind zwei Zahlen von Bildpunkten, etwa 1280x800.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::CommandPalette</name>
        <message>
            <source>Commands</source>
            <translation>Befehle</translation>
        </message>
        <message>
            <source>Type words of a command</source>
            <translation>Wörter eines Befehls eingeben</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>Befehl</translation>
        </message>
        <message>
            <source>Matching commands</source>
            <translation>Passende Befehle</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ComparePage</name>
        <message>
            <source>Lane of &amp;A:</source>
            <translation>Spur von &amp;A:</translation>
        </message>
        <message>
            <source>Lane of &amp;B:</source>
            <translation>Spur von &amp;B:</translation>
        </message>
        <message>
            <source>Differences</source>
            <translation>Unterschiede</translation>
        </message>
        <message>
            <source>Examples that differ most</source>
            <translation>Beispiele, die sich am meisten unterscheiden</translation>
        </message>
        <message>
            <source>Both errors</source>
            <translation>Beide Fehler</translation>
        </message>
        <message>
            <source>Change</source>
            <translation>Änderung</translation>
        </message>
        <message>
            <source>Kinds of text</source>
            <translation>Arten von Text</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>Vergleichen</translation>
        </message>
        <message>
            <source>&lt;p&gt;Two sessions on the examples that both have: two builds of a quantized model, two calibration texts, two sizes. A is the session that was opened first, B the one beside it (File, Compare with…). Examples are the same where their tokens are, or their text where the tokenizers differ.&lt;/p&gt;&lt;p&gt;Differences are B less A. Their intervals are paired: a resample draws the same documents for both, so that what moves both alike does not widen them. A difference whose interval holds 0 is not told apart.&lt;/p&gt;&lt;p&gt;A click on an example selects it in both sessions; all other pages show the two sessions beside each other.&lt;/p&gt;&lt;p&gt;A condition fails the comparison where it holds. &lt;tt&gt;kl&lt;/tt&gt; is B's value, &lt;tt&gt;base:kl&lt;/tt&gt; A's, &lt;tt&gt;diff:kl&lt;/tt&gt; the difference and &lt;tt&gt;diff_low:kl&lt;/tt&gt;, &lt;tt&gt;diff_high:kl&lt;/tt&gt; the ends of its interval; &lt;tt&gt;group:code:kl&lt;/tt&gt; is over the examples with that label, and &lt;tt&gt;base&lt;/tt&gt; alone is A's value of the metric compared. The command &lt;tt&gt;quantscope-cli compare&lt;/tt&gt; decides the same conditions for continuous integration.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Zwei Sitzungen auf den Beispielen, die beide haben: zwei Fassungen eines quantisierten Modells, zwei Kalibriertexte, zwei Größen. A ist die Sitzung, die zuerst geöffnet wurde, B die daneben (Datei, Vergleichen mit …). Beispiele sind dieselben, wo ihre Token es sind, oder ihr Text, wo die Tokenizer verschieden sind.&lt;/p&gt;&lt;p&gt;Unterschiede sind B minus A. Ihre Intervalle sind gepaart: eine Ziehung nimmt für beide dieselben Dokumente, sodass sie nicht breiter werden von dem, was beide gleich bewegt. Ein Unterschied, dessen Intervall die 0 enthält, ist nicht zu unterscheiden.&lt;/p&gt;&lt;p&gt;Ein Klick auf ein Beispiel wählt es in beiden Sitzungen; alle anderen Seiten zeigen die zwei Sitzungen nebeneinander.&lt;/p&gt;&lt;p&gt;Eine Bedingung lässt den Vergleich scheitern, wo sie zutrifft. &lt;tt&gt;kl&lt;/tt&gt; ist der Wert von B, &lt;tt&gt;base:kl&lt;/tt&gt; der von A, &lt;tt&gt;diff:kl&lt;/tt&gt; der Unterschied und &lt;tt&gt;diff_low:kl&lt;/tt&gt;, &lt;tt&gt;diff_high:kl&lt;/tt&gt; die Enden seines Intervalls; &lt;tt&gt;group:code:kl&lt;/tt&gt; geht über die Beispiele mit dieser Beschriftung, und &lt;tt&gt;base&lt;/tt&gt; allein ist der Wert von A für die verglichene Größe. Der Befehl &lt;tt&gt;quantscope-cli compare&lt;/tt&gt; entscheidet dieselben Bedingungen für die kontinuierliche Integration.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a second session beside this one: File, Compare with…</source>
            <translation>Öffnen Sie eine zweite Sitzung neben dieser: Datei, Vergleichen mit …</translation>
        </message>
        <message>
            <source>%1 examples in both, matched by tokens</source>
            <translation>%1 Beispiele in beiden, nach Token zugeordnet</translation>
        </message>
        <message>
            <source>%1 examples in both, matched by text</source>
            <translation>%1 Beispiele in beiden, nach Text zugeordnet</translation>
        </message>
        <message>
            <source>intervals from %1 resamples of %2 documents</source>
            <translation>Intervalle aus %1 Ziehungen von %2 Dokumenten</translation>
        </message>
        <message>
            <source>intervals from %1 resamples of %2 examples</source>
            <translation>Intervalle aus %1 Ziehungen von %2 Beispielen</translation>
        </message>
        <message>
            <source>not told apart</source>
            <translation>nicht zu unterscheiden</translation>
        </message>
        <message>
            <source>B is higher</source>
            <translation>B ist höher</translation>
        </message>
        <message>
            <source>B is lower</source>
            <translation>B ist niedriger</translation>
        </message>
        <message>
            <source>B is worse</source>
            <translation>B ist schlechter</translation>
        </message>
        <message>
            <source>B is better</source>
            <translation>B ist besser</translation>
        </message>
        <message>
            <source>Lane</source>
            <translation>Spur</translation>
        </message>
        <message>
            <source>Metric</source>
            <translation>Größe</translation>
        </message>
        <message>
            <source>Pointed at: the name that conditions know it by</source>
            <translation>Beim Zeigen: der Name, unter dem Bedingungen sie kennen</translation>
        </message>
        <message>
            <source>B − A [95 %]</source>
            <translation>B − A [95 %]</translation>
        </message>
        <message>
            <source>Paired interval: both sides of the same resampled documents</source>
            <translation>Gepaartes Intervall: beide Seiten aus denselben gezogenen Dokumenten</translation>
        </message>
        <message>
            <source>Verdict</source>
            <translation>Urteil</translation>
        </message>
        <message>
            <source>Whether the interval of the difference leaves 0 out</source>
            <translation>Ob das Intervall des Unterschieds die 0 auslässt</translation>
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
            <translation>Beispiel</translation>
        </message>
        <message>
            <source>B − A (nat)</source>
            <translation>B − A (nat)</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>Text</translation>
        </message>
        <message>
            <source>B against A by example</source>
            <translation>B gegen A je Beispiel</translation>
        </message>
        <message>
            <source>One point an example that both sessions have; orange ones are A's largest errors (D_large). Least-squares line, coefficients with bootstrap intervals.</source>
            <translation>Ein Punkt je Beispiel, das beide Sitzungen haben; orange sind die größten Fehler von A (D_large). Ausgleichsgerade, Koeffizienten mit Bootstrap-Intervallen.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::Comparison</name>
        <message>
            <source>The session could not be opened</source>
            <translation>Die Sitzung konnte nicht geöffnet werden</translation>
        </message>
        <message>
            <source>The two sessions have no example in common, so each keeps its own selection.</source>
            <translation>Die zwei Sitzungen haben kein Beispiel gemeinsam, daher behält jede ihre eigene Auswahl.</translation>
        </message>
        <message>
            <source>Opening %1…</source>
            <translation>%1 wird geöffnet…</translation>
        </message>
        <message>
            <source>A: %1</source>
            <translation>A: %1</translation>
        </message>
        <message>
            <source>B: %1</source>
            <translation>B: %1</translation>
        </message>
        <message>
            <source>Copied: %1</source>
            <translation>Kopiert: %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ConditionsEditor</name>
        <message>
            <source>&amp;Fail if:</source>
            <translation>&amp;Scheitert, wenn:</translation>
        </message>
        <message>
            <source>Conditions that fail the comparison</source>
            <translation>Bedingungen, an denen der Vergleich scheitert</translation>
        </message>
        <message>
            <source>One condition a line, such as
%1
%2</source>
            <translation>Eine Bedingung je Zeile, wie
%1
%2</translation>
        </message>
        <message>
            <source>Insert</source>
            <translation>Einfügen</translation>
        </message>
        <message>
            <source>Puts the name of a metric where the cursor is</source>
            <translation>Setzt den Namen einer Größe dorthin, wo der Cursor steht</translation>
        </message>
        <message>
            <source>Copy as &amp;command</source>
            <translation>Als &amp;Befehl kopieren</translation>
        </message>
        <message>
            <source>quantscope-cli compare with these sessions and conditions, whose exit code fails a build</source>
            <translation>quantscope-cli compare mit diesen Sitzungen und Bedingungen, dessen Rückgabewert einen Build scheitern lässt</translation>
        </message>
        <message>
            <source>Outcomes of the conditions</source>
            <translation>Ergebnisse der Bedingungen</translation>
        </message>
        <message>
            <source>✘ not understood</source>
            <translation>✘ nicht verstanden</translation>
        </message>
        <message>
            <source>? undecided</source>
            <translation>? unentschieden</translation>
        </message>
        <message>
            <source>✘ fails</source>
            <translation>✘ scheitert</translation>
        </message>
        <message>
            <source>✔ passes</source>
            <translation>✔ besteht</translation>
        </message>
        <message>
            <source>Outcome</source>
            <translation>Ergebnis</translation>
        </message>
        <message>
            <source>Condition</source>
            <translation>Bedingung</translation>
        </message>
        <message>
            <source>Lanes</source>
            <translation>Spuren</translation>
        </message>
        <message>
            <source>Numbers</source>
            <translation>Zahlen</translation>
        </message>
        <message>
            <source>&lt;b&gt;%1 of %2 do not pass&lt;/b&gt;</source>
            <translation>&lt;b&gt;%1 von %2 bestehen nicht&lt;/b&gt;</translation>
        </message>
        <message>
            <source>&lt;b&gt;all %1 pass&lt;/b&gt;</source>
            <translation>&lt;b&gt;alle %1 bestehen&lt;/b&gt;</translation>
        </message>
    </context>
    <context>
        <name>quantscope::DetailsPanel</name>
        <message>
            <source>Pin</source>
            <translation>Anheften</translation>
        </message>
        <message>
            <source>Keep this example marked in every view</source>
            <translation>Dieses Beispiel in jeder Ansicht markiert lassen</translation>
        </message>
        <message>
            <source>Quantized lane</source>
            <translation>Quantisierte Spur</translation>
        </message>
        <message>
            <source>What the colours of the text show</source>
            <translation>Was die Farben des Textes zeigen</translation>
        </message>
        <message>
            <source>Error of the token</source>
            <translation>Fehler des Tokens</translation>
        </message>
        <message>
            <source>Loss in the reference</source>
            <translation>Verlust in der Referenz</translation>
        </message>
        <message>
            <source>KL divergence</source>
            <translation>KL-Divergenz</translation>
        </message>
        <message>
            <source>Text of the example</source>
            <translation>Text des Beispiels</translation>
        </message>
        <message>
            <source>Example %1 …</source>
            <translation>Beispiel %1 …</translation>
        </message>
        <message>
            <source>Loading …</source>
            <translation>Wird geladen …</translation>
        </message>
        <message>
            <source>This example could not be shown</source>
            <translation>Dieses Beispiel konnte nicht gezeigt werden</translation>
        </message>
        <message>
            <source>No example selected</source>
            <translation>Kein Beispiel gewählt</translation>
        </message>
        <message>
            <source>Example %1</source>
            <translation>Beispiel %1</translation>
        </message>
        <message>
            <source>error &lt;b&gt;%1&lt;/b&gt; nat · loss %2 → %3 · same top token at %4 of %5 positions</source>
            <translation>Fehler &lt;b&gt;%1&lt;/b&gt; nat · Verlust %2 → %3 · gleiches Spitzentoken an %4 von %5 Stellen</translation>
        </message>
        <message>
            <source>nat</source>
            <translation>nat</translation>
        </message>
        <message>
            <source>Point at a token to see what both models made of it.</source>
            <translation>Auf ein Token zeigen, um zu sehen, was beide Modelle daraus machten.</translation>
        </message>
        <message>
            <source>&lt;b&gt;%1&lt;/b&gt; “%2” — not predicted: nothing comes before it</source>
            <translation>&lt;b&gt;%1&lt;/b&gt; „%2“ – nicht vorhergesagt: davor steht nichts</translation>
        </message>
        <message>
            <source>&lt;b&gt;%1&lt;/b&gt; “%2”: error %3 nat, KL %4 nat, %5</source>
            <translation>&lt;b&gt;%1&lt;/b&gt; „%2“: Fehler %3 nat, KL %4 nat, %5</translation>
        </message>
        <message>
            <source>same top token</source>
            <translation>gleiches Spitzentoken</translation>
        </message>
        <message>
            <source>other top token</source>
            <translation>anderes Spitzentoken</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>Verlust</translation>
        </message>
        <message>
            <source>probability</source>
            <translation>Wahrscheinlichkeit</translation>
        </message>
        <message>
            <source>rank</source>
            <translation>Rang</translation>
        </message>
        <message>
            <source>reference</source>
            <translation>Referenz</translation>
        </message>
        <message>
            <source>Token %1 “%2”: probability %3 in the reference, %4 in %5</source>
            <translation>Token %1 „%2“: Wahrscheinlichkeit %3 in der Referenz, %4 in %5</translation>
        </message>
    </context>
    <context>
        <name>quantscope::EarlyExitPage</name>
        <message>
            <source>&amp;Quantized lane:</source>
            <translation>&amp;Quantisierte Spur:</translation>
        </message>
        <message>
            <source>Early exit</source>
            <translation>Früher Ausstieg</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>&amp;Statistic:</source>
            <translation>&amp;Statistik:</translation>
        </message>
        <message>
            <source>NLL</source>
            <translation>NLL</translation>
        </message>
        <message>
            <source>Rank of the true token</source>
            <translation>Rang des wahren Tokens</translation>
        </message>
        <message>
            <source>Entropy</source>
            <translation>Entropie</translation>
        </message>
        <message>
            <source>KL to the final prediction</source>
            <translation>KL zur letzten Vorhersage</translation>
        </message>
        <message>
            <source>Early exit was not measured in this study. Choose it among the instruments and run the study again, or read single positions now.</source>
            <translation>Der frühe Ausstieg wurde in dieser Studie nicht gemessen. Wählen Sie ihn unter den Instrumenten und starten Sie die Studie erneut, oder lesen Sie jetzt einzelne Positionen ab.</translation>
        </message>
        <message>
            <source>Loss by layer</source>
            <translation>Verlust nach Schicht</translation>
        </message>
        <message>
            <source>Tokens at one position</source>
            <translation>Tokens an einer Position</translation>
        </message>
        <message>
            <source>&lt;p&gt;The loss read off the residual stream after each half of a layer, as if the model ended there: the final norm and the output matrix are applied to it. M is the residual after attention, A that after the MLP of the layer before.&lt;/p&gt;&lt;p&gt;Orange is D_large and blue D_ctrl; dashed lines are the quantized model. Where the dashed orange line leaves the full one, the damage becomes visible in the prediction.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Tokens at one position&lt;/b&gt; lists the most likely tokens that every layer would predict there, in the full-precision model and a quantized one.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Der Verlust, der nach jeder Hälfte einer Schicht am Residuenstrom abgelesen wird, als endete das Modell dort: Die letzte Norm und die Ausgabematrix werden darauf angewandt. M ist das Residuum nach der Attention, A das nach dem MLP der Schicht davor.&lt;/p&gt;&lt;p&gt;Orange ist D_large, Blau D_ctrl; gestrichelte Linien gehören zum quantisierten Modell. Wo die gestrichelte orange Linie die durchgezogene verlässt, wird der Schaden in der Vorhersage sichtbar.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Tokens an einer Position&lt;/b&gt; führt die wahrscheinlichsten Tokens auf, die jede Schicht dort vorhersagen würde, im Modell voller Genauigkeit und in einem quantisierten.&lt;/p&gt;</translation>
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
            <translation>Jaccard von D_large</translation>
        </message>
        <message>
            <source>&amp;x:</source>
            <translation>&amp;x:</translation>
        </message>
        <message>
            <source>&amp;y:</source>
            <translation>&amp;y:</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>Zoom</translation>
        </message>
        <message>
            <source>Dragging zooms</source>
            <translation>Ziehen vergrößert</translation>
        </message>
        <message>
            <source>Rectangle</source>
            <translation>Rechteck</translation>
        </message>
        <message>
            <source>Dragging selects a rectangle</source>
            <translation>Ziehen wählt ein Rechteck</translation>
        </message>
        <message>
            <source>Lasso</source>
            <translation>Lasso</translation>
        </message>
        <message>
            <source>Dragging selects with a lasso</source>
            <translation>Ziehen wählt mit dem Lasso</translation>
        </message>
        <message>
            <source>&amp;Between methods:</source>
            <translation>&amp;Zwischen Methoden:</translation>
        </message>
        <message>
            <source>Errors</source>
            <translation>Fehler</translation>
        </message>
        <message>
            <source>&lt;p&gt;Any two quantities of the examples against each other. Orange points are the examples with the largest errors (D_large), blue ones the controls (D_ctrl). The matrix says how much the methods agree on which inputs fail; a click on a cell plots the two methods' errors.&lt;/p&gt;&lt;p&gt;The loss of the reference and the error share a term, so a correlation between them is partly made by construction.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Zwei beliebige Größen der Beispiele gegeneinander. Orange Punkte sind die Beispiele mit den größten Fehlern (D_large), blaue die Kontrollen (D_ctrl). Die Matrix sagt, wie weit die Methoden übereinstimmen, welche Eingaben scheitern; ein Klick auf eine Zelle zeichnet die Fehler beider Methoden.&lt;/p&gt;&lt;p&gt;Der Verlust der Referenz und der Fehler haben einen Term gemeinsam; eine Korrelation zwischen ihnen entsteht daher zum Teil durch die Konstruktion.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>%1 against %2</source>
            <translation>%1 gegen %2</translation>
        </message>
        <message>
            <source>One point an example; least-squares line, coefficients with bootstrap intervals; histograms of all examples and of both sets</source>
            <translation>Ein Punkt je Beispiel; Ausgleichsgerade, Koeffizienten mit Bootstrap-Intervallen; Histogramme aller Beispiele und beider Mengen</translation>
        </message>
        <message>
            <source>Do methods fail on the same inputs?</source>
            <translation>Scheitern die Methoden an denselben Eingaben?</translation>
        </message>
        <message>
            <source>Overlap of the methods' sets of largest errors</source>
            <translation>Überschneidung der Mengen größter Fehler der Methoden</translation>
        </message>
        <message>
            <source>Correlation over examples between the methods' errors</source>
            <translation>Korrelation der Fehler der Methoden über die Beispiele</translation>
        </message>
        <message>
            <source>by chance %1</source>
            <translation>durch Zufall %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExaminePanel</name>
        <message>
            <source>Read off layers</source>
            <translation>Schichten ablesen</translation>
        </message>
        <message>
            <source>&amp;Example:</source>
            <translation>&amp;Beispiel:</translation>
        </message>
        <message>
            <source>&amp;Position:</source>
            <translation>&amp;Position:</translation>
        </message>
        <message>
            <source>&amp;Tokens:</source>
            <translation>&amp;Tokens:</translation>
        </message>
        <message>
            <source>&amp;Beside the reference:</source>
            <translation>&amp;Neben der Referenz:</translation>
        </message>
        <message>
            <source>Follows the selected example</source>
            <translation>Folgt dem gewählten Beispiel</translation>
        </message>
        <message>
            <source>Position whose next token is predicted; follows the token chosen in the details</source>
            <translation>Position, deren nächstes Token vorhergesagt wird; folgt dem in den Details gewählten Token</translation>
        </message>
        <message>
            <source>The final norm and the output matrix are applied to the residual stream of every layer at one position: what would be predicted, were the model to end there. The model is opened again for it, from the codes kept beside the session.</source>
            <translation>Die letzte Norm und die Ausgabematrix werden an einer Position auf den Residuenstrom jeder Schicht angewandt: was vorhergesagt würde, endete das Modell dort. Dafür wird das Modell aus den Codes neben der Sitzung noch einmal geöffnet.</translation>
        </message>
        <message>
            <source>Most likely tokens, full precision</source>
            <translation>Wahrscheinlichste Tokens, volle Genauigkeit</translation>
        </message>
        <message>
            <source>Most likely tokens, quantized</source>
            <translation>Wahrscheinlichste Tokens, quantisiert</translation>
        </message>
        <message>
            <source>Reading …</source>
            <translation>Wird abgelesen …</translation>
        </message>
        <message>
            <source>Example %1, after “%2” at position %3</source>
            <translation>Beispiel %1, nach „%2“ an Position %3</translation>
        </message>
        <message>
            <source>%1; “%2” came next (✓ where it is listed). Rank: of that token; entropy in nat.</source>
            <translation>%1; danach kam „%2“ (✓, wo es aufgeführt ist). Rang: der dieses Tokens; Entropie in nat.</translation>
        </message>
        <message>
            <source>Full precision</source>
            <translation>Volle Genauigkeit</translation>
        </message>
        <message>
            <source>Read at</source>
            <translation>Abgelesen bei</translation>
        </message>
        <message>
            <source>M: after attention; A: what enters the layer; the last A is the end</source>
            <translation>M: nach der Attention; A: was in die Schicht eintritt; das letzte A ist das Ende</translation>
        </message>
        <message>
            <source>Rank</source>
            <translation>Rang</translation>
        </message>
        <message>
            <source>Of the token that came next</source>
            <translation>Des Tokens, das danach kam</translation>
        </message>
        <message>
            <source>Entropy</source>
            <translation>Entropie</translation>
        </message>
        <message>
            <source>nat</source>
            <translation>nat</translation>
        </message>
        <message>
            <source>token %1, probability %2</source>
            <translation>Token %1, Wahrscheinlichkeit %2</translation>
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
            <translation>%1 in %2</translation>
        </message>
        <message>
            <source>Example</source>
            <translation>Beispiel</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>Text</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>Set</source>
            <translation>Menge</translation>
        </message>
        <message>
            <source>Groups</source>
            <translation>Gruppen</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExamplesPage</name>
        <message>
            <source>Words, or conditions such as tokens&gt;100</source>
            <translation>Wörter oder Bedingungen wie tokens&gt;100</translation>
        </message>
        <message>
            <source>&amp;Find:</source>
            <translation>&amp;Suchen:</translation>
        </message>
        <message>
            <source>Sho&amp;w:</source>
            <translation>An&amp;zeigen:</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>&lt;p&gt;Every example with its losses and errors. Click a header to sort, type to search. A condition such as &lt;tt&gt;tokens&amp;gt;100&lt;/tt&gt; or &lt;tt&gt;register=code&lt;/tt&gt; keeps the rows that meet it; any column's name works.&lt;/p&gt;&lt;p&gt;What is selected here is selected everywhere. The context menu pins examples, names groups and copies.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Jedes Beispiel mit seinen Verlusten und Fehlern. Klick auf eine Überschrift sortiert, Tippen sucht. Eine Bedingung wie &lt;tt&gt;tokens&amp;gt;100&lt;/tt&gt; oder &lt;tt&gt;register=code&lt;/tt&gt; behält die Zeilen, die sie erfüllen; jeder Spaltenname geht.&lt;/p&gt;&lt;p&gt;Was hier gewählt ist, ist überall gewählt. Das Kontextmenü heftet Beispiele an, benennt Gruppen und kopiert.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>All examples</source>
            <translation>Alle Beispiele</translation>
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
            <translation>Gewählte</translation>
        </message>
        <message>
            <source>Pinned</source>
            <translation>Angeheftete</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1 von %2</translation>
        </message>
        <message>
            <source>Name a group</source>
            <translation>Gruppe benennen</translation>
        </message>
        <message>
            <source>Name of the selected examples:</source>
            <translation>Name der gewählten Beispiele:</translation>
        </message>
        <message>
            <source>Unpin example %1</source>
            <translation>Beispiel %1 lösen</translation>
        </message>
        <message>
            <source>Pin example %1</source>
            <translation>Beispiel %1 anheften</translation>
        </message>
        <message>
            <source>Name the selected examples as a group …</source>
            <translation>Gewählte Beispiele als Gruppe benennen …</translation>
        </message>
        <message>
            <source>Select group “%1”</source>
            <translation>Gruppe „%1“ wählen</translation>
        </message>
        <message>
            <source>Copy rows</source>
            <translation>Zeilen kopieren</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExportAll</name>
        <message>
            <source>Figures drawn</source>
            <translation>Abbildungen gezeichnet</translation>
        </message>
        <message>
            <source>%1 figures are in %2, each as PDF, SVG, PNG and CSV; captions.txt says what they show.</source>
            <translation>%1 Abbildungen liegen in %2, jede als PDF, SVG, PNG und CSV; captions.txt sagt, was sie zeigen.</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>Ordner öffnen</translation>
        </message>
        <message>
            <source>The figures could not be drawn</source>
            <translation>Die Abbildungen konnten nicht gezeichnet werden</translation>
        </message>
        <message>
            <source>Folder for the figures</source>
            <translation>Ordner für die Abbildungen</translation>
        </message>
        <message>
            <source>Drawing figures…</source>
            <translation>Abbildungen werden gezeichnet…</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Anhalten</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ExportDialog</name>
        <message>
            <source>Export the figure to</source>
            <translation>Abbildung exportieren nach</translation>
        </message>
        <message>
            <source>Figures (*.pdf *.svg *.png *.csv)</source>
            <translation>Abbildungen (*.pdf *.svg *.png *.csv)</translation>
        </message>
        <message>
            <source> pt</source>
            <translation> pt</translation>
        </message>
        <message>
            <source>Export figure</source>
            <translation>Abbildung exportieren</translation>
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
            <translation>Werte als CSV</translation>
        </message>
        <message>
            <source>300 dots an inch</source>
            <translation>300 Punkte pro Zoll</translation>
        </message>
        <message>
            <source>600 dots an inch</source>
            <translation>600 Punkte pro Zoll</translation>
        </message>
        <message>
            <source>One column</source>
            <translation>Eine Spalte</translation>
        </message>
        <message>
            <source>Two columns</source>
            <translation>Zwei Spalten</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>Art</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Width</source>
            <translation>Breite</translation>
        </message>
        <message>
            <source>Height</source>
            <translation>Höhe</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>Schriftgröße</translation>
        </message>
        <message>
            <source>Resolution</source>
            <translation>Auflösung</translation>
        </message>
        <message>
            <source>Write its &amp;values beside it, as CSV</source>
            <translation>Seine &amp;Werte als CSV daneben schreiben</translation>
        </message>
    </context>
    <context>
        <name>quantscope::Failure</name>
        <message>
            <source>The program ran out of memory. Use fewer examples, shorter windows or a smaller memory budget.</source>
            <translation>Dem Programm ging der Speicher aus. Weniger Beispiele, kürzere Fenster oder ein kleineres Speicherbudget verwenden.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::FigureExport</name>
        <message>
            <source>The folder %1 for the figures could not be made. Choose a place that can be written.</source>
            <translation>Der Ordner %1 für die Abbildungen ließ sich nicht anlegen. Einen beschreibbaren Ort wählen.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::FirstStudy</name>
        <message>
            <source>a model and a text</source>
            <translation>ein Modell und ein Text</translation>
        </message>
        <message>
            <source>&lt;p&gt;A study needs a model and some text: the dock Study at the left has both. For your own, drop a model's folder and a text onto the window.&lt;/p&gt;&lt;p&gt;Here the small model that comes with the program is studied on a text of several kinds of writing.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Eine Studie braucht ein Modell und Text: links im Bereich Studie stehen beide. Für eigene ziehen Sie den Ordner eines Modells und einen Text auf das Fenster.&lt;/p&gt;&lt;p&gt;Hier wird das kleine Modell untersucht, das dem Programm beiliegt, auf einem Text mit mehreren Arten von Schrift.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Put the demo in</source>
            <translation>&amp;Demo eintragen</translation>
        </message>
        <message>
            <source>methods</source>
            <translation>Verfahren</translation>
        </message>
        <message>
            <source>&lt;p&gt;Every method in the list quantizes the model once, and all of them walk through it side by side. Add and Presets offer more; a double click changes one.&lt;/p&gt;&lt;p&gt;Below the form stand the time and memory that the study will take.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Jedes Verfahren der Liste quantisiert das Modell einmal, und alle gehen nebeneinander hindurch. Hinzufügen und Vorgaben bieten mehr; ein Doppelklick ändert eines.&lt;/p&gt;&lt;p&gt;Unter dem Formular stehen Zeit und Speicher, die die Studie brauchen wird.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Show the list</source>
            <translation>&amp;Liste zeigen</translation>
        </message>
        <message>
            <source>the run</source>
            <translation>der Lauf</translation>
        </message>
        <message>
            <source>&lt;p&gt;The run goes through the model block by block, and the pages fill while it runs: there is no need to wait. It can be paused, and a run that was stopped goes on where it was. The demo takes half a minute on most machines.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Der Lauf geht Block für Block durch das Modell, und die Seiten füllen sich dabei: warten ist nicht nötig. Er kann angehalten werden, und ein abgebrochener geht dort weiter, wo er war. Die Demo dauert auf den meisten Rechnern eine halbe Minute.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Run</source>
            <translation>&amp;Ausführen</translation>
        </message>
        <message>
            <source>which inputs break</source>
            <translation>welche Eingaben leiden</translation>
        </message>
        <message>
            <source>&lt;p&gt;Each point is an example: its loss in full precision against how much the method adds to it. Orange ones are those that suffer most.&lt;/p&gt;&lt;p&gt;Click a point high up. It is selected on every page, and the dock Details shows which of its tokens went wrong.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Jeder Punkt ist ein Beispiel: sein Verlust in voller Genauigkeit gegen das, was das Verfahren hinzufügt. Orange sind jene, die am meisten leiden.&lt;/p&gt;&lt;p&gt;Klicken Sie einen Punkt weit oben an. Er ist auf jeder Seite ausgewählt, und der Bereich Details zeigt, welche seiner Tokens missraten sind.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Go to Errors</source>
            <translation>&amp;Zu Fehler gehen</translation>
        </message>
        <message>
            <source>where in the model</source>
            <translation>wo im Modell</translation>
        </message>
        <message>
            <source>&lt;p&gt;Residuals shows every layer: choose the statistic Relative error and a method as lane to see where the runs part, and what sets the orange examples apart. Patching says which module gives the damage back.&lt;/p&gt;&lt;p&gt;Ctrl+E writes a figure into a file, Ctrl+Shift+P finds any command, F1 explains the page.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Residuen zeigt jede Schicht: wählen Sie die Statistik Relativer Fehler und ein Verfahren als Lauf, um zu sehen, wo sich die Läufe trennen und was die orangen Beispiele auszeichnet. Patchen sagt, welches Modul den Schaden behebt.&lt;/p&gt;&lt;p&gt;Strg+E schreibt eine Abbildung in eine Datei, Strg+Umschalt+P findet jeden Befehl, F1 erklärt die Seite.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Go to Residuals</source>
            <translation>&amp;Zu Residuen gehen</translation>
        </message>
        <message>
            <source>Your first study</source>
            <translation>Ihre erste Studie</translation>
        </message>
    </context>
    <context>
        <name>quantscope::GuideDialog</name>
        <message>
            <source>&amp;Back</source>
            <translation>&amp;Zurück</translation>
        </message>
        <message>
            <source>Step %1 of %2: %3</source>
            <translation>Schritt %1 von %2: %3</translation>
        </message>
        <message>
            <source>&amp;Close</source>
            <translation>&amp;Schließen</translation>
        </message>
        <message>
            <source>&amp;Next</source>
            <translation>&amp;Weiter</translation>
        </message>
        <message>
            <source>✓ Done.</source>
            <translation>✓ Erledigt.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::HeatmapPlot</name>
        <message>
            <source>%1 %2, %3 %4: %5 = %6</source>
            <translation>%1 %2, %3 %4: %5 = %6</translation>
        </message>
        <message>
            <source>not measured</source>
            <translation>nicht gemessen</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>Farben</translation>
        </message>
        <message>
            <source>Colour scale</source>
            <translation>Farbskala</translation>
        </message>
        <message>
            <source>Linear</source>
            <translation>Linear</translation>
        </message>
        <message>
            <source>Logarithmic</source>
            <translation>Logarithmisch</translation>
        </message>
        <message>
            <source>Symmetric about zero</source>
            <translation>Symmetrisch um null</translation>
        </message>
        <message>
            <source>Colour limits</source>
            <translation>Farbgrenzen</translation>
        </message>
        <message>
            <source>Minimum to maximum</source>
            <translation>Kleinster bis größter Wert</translation>
        </message>
        <message>
            <source>Percentiles %1 to %2</source>
            <translation>Perzentile %1 bis %2</translation>
        </message>
        <message>
            <source>First row at the bottom</source>
            <translation>Erste Zeile unten</translation>
        </message>
        <message>
            <source>%1; group %2</source>
            <translation>%1; Gruppe %2</translation>
        </message>
    </context>
    <context>
        <name>quantscope::HelpWindow</name>
        <message>
            <source>Help: %1</source>
            <translation>Hilfe: %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ImportedLaneDialog</name>
        <message>
            <source>Choose a quantized checkpoint</source>
            <translation>Quantisierten Checkpoint wählen</translation>
        </message>
        <message>
            <source>Quantized checkpoint</source>
            <translation>Quantisierter Checkpoint</translation>
        </message>
        <message>
            <source>The same model, quantized by another program. It walks beside the methods and is compared with the model as they are.</source>
            <translation>Dasselbe Modell, von einem anderen Programm quantisiert. Es läuft neben den Methoden mit und wird wie sie mit dem Modell verglichen.</translation>
        </message>
        <message>
            <source>Hugging Face folder or GGUF file, or drop it here</source>
            <translation>Hugging-Face-Ordner oder GGUF-Datei, oder hierher ziehen</translation>
        </message>
        <message>
            <source>the name of the folder or file</source>
            <translation>der Name des Ordners oder der Datei</translation>
        </message>
        <message>
            <source>How the checkpoint is called in tables and figures</source>
            <translation>Wie der Checkpoint in Tabellen und Abbildungen heißt</translation>
        </message>
        <message>
            <source>Checkpoint</source>
            <translation>Checkpoint</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>Choose a checkpoint.</source>
            <translation>Wählen Sie einen Checkpoint.</translation>
        </message>
        <message>
            <source>Another lane is called “%1”.</source>
            <translation>Eine andere Spur heißt „%1“.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::InstrumentsSection</name>
        <message>
            <source>Attention</source>
            <translation>Attention</translation>
        </message>
        <message>
            <source>Early exit</source>
            <translation>Früher Ausstieg</translation>
        </message>
        <message>
            <source>Layer × token maps</source>
            <translation>Karten Schicht × Token</translation>
        </message>
        <message>
            <source>Count the start token</source>
            <translation>Starttoken mitzählen</translation>
        </message>
        <message>
            <source>Follow up every method</source>
            <translation>Jede Methode nachverfolgen</translation>
        </message>
        <message>
            <source>Reads the loss off every layer, with the final norm and the output matrix.</source>
            <translation>Liest den Verlust mit letzter Norm und Ausgabematrix an jeder Schicht ab.</translation>
        </message>
        <message>
            <source>Keeps statistics of every token, not means alone: larger sessions.</source>
            <translation>Behält Statistiken jedes Tokens, nicht nur Mittelwerte: größere Sitzungen.</translation>
        </message>
        <message>
            <source>Includes position 0 in the statistics of examples.</source>
            <translation>Schließt Position 0 in die Statistiken der Beispiele ein.</translation>
        </message>
        <message>
            <source>The method whose errors make the sets D_large and D_ctrl</source>
            <translation>Die Methode, deren Fehler die Mengen D_large und D_ctrl bilden</translation>
        </message>
        <message>
            <source>D_large and D_ctrl</source>
            <translation>D_large und D_ctrl</translation>
        </message>
        <message>
            <source>All examples</source>
            <translation>Alle Beispiele</translation>
        </message>
        <message>
            <source>Examples of early exit and patching</source>
            <translation>Beispiele für frühen Ausstieg und Patching</translation>
        </message>
        <message>
            <source> %</source>
            <translation> %</translation>
        </message>
        <message>
            <source>Share of the examples in D_large</source>
            <translation>Anteil der Beispiele in D_large</translation>
        </message>
        <message>
            <source>Sets by</source>
            <translation>Mengen nach</translation>
        </message>
        <message>
            <source>Follow up</source>
            <translation>Nachverfolgen</translation>
        </message>
        <message>
            <source>Set size</source>
            <translation>Größe der Menge</translation>
        </message>
        <message>
            <source>the first method</source>
            <translation>der ersten Methode</translation>
        </message>
        <message>
            <source>Share of the smallest errors that D_ctrl is drawn from</source>
            <translation>Anteil der kleinsten Fehler, aus dem D_ctrl gezogen wird</translation>
        </message>
        <message>
            <source>Resamples of documents that intervals are made of; more take longer</source>
            <translation>Ziehungen von Dokumenten, aus denen Intervalle entstehen; mehr dauern länger</translation>
        </message>
        <message>
            <source>Control pool</source>
            <translation>Kontrollen aus</translation>
        </message>
        <message>
            <source>Resamples</source>
            <translation>Ziehungen</translation>
        </message>
        <message>
            <source>Local errors</source>
            <translation>Lokale Fehler</translation>
        </message>
        <message>
            <source>The error of each quantized module alone, fed with the reference's inputs</source>
            <translation>Der Fehler jedes quantisierten Moduls allein, mit den Eingaben der Referenz gespeist</translation>
        </message>
        <message>
            <source>Drift</source>
            <translation>Drift</translation>
        </message>
        <message>
            <source>Length and angle of differences, what updates do to them, sign flips of the gate</source>
            <translation>Länge und Winkel der Abweichungen, was Aktualisierungen mit ihnen machen, Vorzeichenwechsel des Gates</translation>
        </message>
        <message>
            <source>Entropy, divergence from the reference, sinks</source>
            <translation>Entropie, Abweichung von der Referenz, Senken</translation>
        </message>
        <message>
            <source>Outliers</source>
            <translation>Ausreißer</translation>
        </message>
        <message>
            <source>Massive activations and candidates of super weights</source>
            <translation>Massive Aktivierungen und Kandidaten für Supergewichte</translation>
        </message>
        <message>
            <source>CKA</source>
            <translation>CKA</translation>
        </message>
        <message>
            <source>Similarity of the runs' representations by layer</source>
            <translation>Ähnlichkeit der Repräsentationen der Läufe nach Schicht</translation>
        </message>
        <message>
            <source>Error budget</source>
            <translation>Fehlerbudget</translation>
        </message>
        <message>
            <source>What the error of the MLP's output is made of; by token too with layer × token maps</source>
            <translation>Woraus der Fehler der MLP-Ausgabe besteht; mit Karten Schicht × Token auch nach Token</translation>
        </message>
        <message>
            <source>Channels</source>
            <translation>Kanäle</translation>
        </message>
        <message>
            <source>Mean magnitude of each residual dimension</source>
            <translation>Mittlerer Betrag jeder Residuendimension</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Aus</translation>
        </message>
        <message>
            <source>Other batches</source>
            <translation>Andere Stapel</translation>
        </message>
        <message>
            <source>Products in bf16</source>
            <translation>Produkte in bf16</translation>
        </message>
        <message>
            <source>Runs the reference a second time, different by rounding alone: differences below that mean nothing. One more lane.</source>
            <translation>Lässt die Referenz ein zweites Mal laufen, nur durch Rundung verschieden: Kleinere Abweichungen bedeuten nichts. Eine Bahn mehr.</translation>
        </message>
        <message>
            <source>Measure in every layer:</source>
            <translation>In jeder Schicht messen:</translation>
        </message>
        <message>
            <source>Noise floor</source>
            <translation>Rauschgrenze</translation>
        </message>
        <message>
            <source>Activations</source>
            <translation>Aktivierungen</translation>
        </message>
        <message>
            <source>Largest values, tails and histograms of what matrices read</source>
            <translation>Größte Werte, Ränder und Histogramme dessen, was die Matrizen lesen</translation>
        </message>
        <message>
            <source>Depth</source>
            <translation>Tiefe</translation>
        </message>
        <message>
            <source>What blocks, attention and MLPs change of the residual stream</source>
            <translation>Was Blöcke, Attention und MLPs am Residualstrom ändern</translation>
        </message>
        <message>
            <source>Statistics of every site</source>
            <translation>Statistik jeder Stelle</translation>
        </message>
        <message>
            <source>Norms and errors at every site of every layer; without them studies of many lanes are faster and their sessions smaller.</source>
            <translation>Normen und Fehler an jeder Stelle jeder Schicht; ohne sie sind Studien mit vielen Läufen schneller und ihre Sitzungen kleiner.</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source> examples</source>
            <translation> Beispiele</translation>
        </message>
        <message>
            <source>Examples on which attention, MLPs and blocks are left out, one at a time and one more at a time: the loss without them, on the page Depth</source>
            <translation>Beispiele, auf denen Aufmerksamkeit, MLPs und Blöcke weggelassen werden, einzeln und immer einer mehr: der Verlust ohne sie, auf der Seite Tiefe</translation>
        </message>
        <message>
            <source>Leave out units on</source>
            <translation>Einheiten weglassen auf</translation>
        </message>
    </context>
    <context>
        <name>quantscope::LinesPlot</name>
        <message>
            <source>curve</source>
            <translation>Kurve</translation>
        </message>
        <message>
            <source>low</source>
            <translation>unten</translation>
        </message>
        <message>
            <source>high</source>
            <translation>oben</translation>
        </message>
        <message>
            <source>%1 — %2 %3: %4 %5</source>
            <translation>%1 – %2 %3: %4 %5</translation>
        </message>
        <message>
            <source>Logarithmic scale</source>
            <translation>Logarithmische Skala</translation>
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
            <translation>Protokoll</translation>
        </message>
        <message>
            <source>Nothing has happened yet.</source>
            <translation>Noch ist nichts geschehen.</translation>
        </message>
        <message>
            <source>error: </source>
            <translation>Fehler: </translation>
        </message>
        <message>
            <source>warning: </source>
            <translation>Warnung: </translation>
        </message>
    </context>
    <context>
        <name>quantscope::MainMenu</name>
        <message>
            <source>&amp;File</source>
            <translation>&amp;Datei</translation>
        </message>
        <message>
            <source>&amp;Open session…</source>
            <translation>Sitzung ö&amp;ffnen…</translation>
        </message>
        <message>
            <source>Open study &amp;folder…</source>
            <translation>Studien&amp;ordner öffnen…</translation>
        </message>
        <message>
            <source>A study that is running or was interrupted: NAME.qscope.d</source>
            <translation>Eine laufende oder unterbrochene Studie: NAME.qscope.d</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>&amp;Zuletzt geöffnet</translation>
        </message>
        <message>
            <source>Choose &amp;model…</source>
            <translation>&amp;Modell wählen…</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <translation>&amp;Speichern</translation>
        </message>
        <message>
            <source>Keeps selection, pins and groups in the session</source>
            <translation>Behält Auswahl, Angeheftetes und Gruppen in der Sitzung</translation>
        </message>
        <message>
            <source>Save &amp;as…</source>
            <translation>Speichern &amp;unter…</translation>
        </message>
        <message>
            <source>&amp;Export figure…</source>
            <translation>Abbildung &amp;exportieren…</translation>
        </message>
        <message>
            <source>Export a&amp;ll figures…</source>
            <translation>A&amp;lle Abbildungen exportieren…</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>&amp;Beenden</translation>
        </message>
        <message>
            <source>&amp;Study</source>
            <translation>&amp;Studie</translation>
        </message>
        <message>
            <source>&amp;Run</source>
            <translation>Sta&amp;rten</translation>
        </message>
        <message>
            <source>&amp;Pause</source>
            <translation>&amp;Pause</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>&amp;Abbrechen</translation>
        </message>
        <message>
            <source>Run the &amp;demo</source>
            <translation>&amp;Demo starten</translation>
        </message>
        <message>
            <source>Studies the small model that comes with the program</source>
            <translation>Untersucht das kleine Modell, das dem Programm beiliegt</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>&amp;Ansicht</translation>
        </message>
        <message>
            <source>&amp;Reset layout</source>
            <translation>Anordnung &amp;zurücksetzen</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>&amp;Farbschema</translation>
        </message>
        <message>
            <source>As the &amp;system</source>
            <translation>Wie das &amp;System</translation>
        </message>
        <message>
            <source>&amp;Light</source>
            <translation>&amp;Hell</translation>
        </message>
        <message>
            <source>&amp;Dark</source>
            <translation>&amp;Dunkel</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>&amp;Sprache</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>&amp;Hilfe</translation>
        </message>
        <message>
            <source>About this &amp;page</source>
            <translation>Über diese &amp;Seite</translation>
        </message>
        <message>
            <source>Show the &amp;log's folder</source>
            <translation>Ordner des &amp;Protokolls zeigen</translation>
        </message>
        <message>
            <source>&amp;About QuantScope</source>
            <translation>&amp;Über QuantScope</translation>
        </message>
        <message>
            <source>&amp;Clear list</source>
            <translation>Liste &amp;leeren</translation>
        </message>
        <message>
            <source>&amp;Compare with…</source>
            <translation>&amp;Vergleichen mit …</translation>
        </message>
        <message>
            <source>Opens a second session beside this one</source>
            <translation>Öffnet eine zweite Sitzung neben dieser</translation>
        </message>
        <message>
            <source>Close the compa&amp;rison</source>
            <translation>Ve&amp;rgleich schließen</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>&amp;Bearbeiten</translation>
        </message>
        <message>
            <source>Copy figure as &amp;picture</source>
            <translation>Abbildung als Bi&amp;ld kopieren</translation>
        </message>
        <message>
            <source>Copy figure's &amp;values</source>
            <translation>&amp;Werte der Abbildung kopieren</translation>
        </message>
        <message>
            <source>&amp;Find in examples</source>
            <translation>In Beispielen &amp;suchen</translation>
        </message>
        <message>
            <source>&amp;Commands…</source>
            <translation>B&amp;efehle…</translation>
        </message>
        <message>
            <source>&amp;Keyboard shortcuts…</source>
            <translation>&amp;Tastenkürzel…</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>&amp;Rückgängig:</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>&amp;Wiederholen:</translation>
        </message>
        <message>
            <source>Page &amp;before</source>
            <translation>Seite &amp;davor</translation>
        </message>
        <message>
            <source>&amp;Next page</source>
            <translation>&amp;Nächste Seite</translation>
        </message>
        <message>
            <source>Figure s&amp;heet…</source>
            <translation>Abbildungs&amp;bogen…</translation>
        </message>
        <message>
            <source>Several figures in one file</source>
            <translation>Mehrere Abbildungen in einer Datei</translation>
        </message>
        <message>
            <source>Your &amp;first study…</source>
            <translation>Ihre &amp;erste Studie…</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MainWindow</name>
        <message>
            <source>Open a session, run a study, or try the demo (menu Study).</source>
            <translation>Eine Sitzung öffnen, eine Studie starten oder die Demo versuchen (Menü Studie).</translation>
        </message>
        <message>
            <source>The language changes at the next start.</source>
            <translation>Die Sprache wechselt beim nächsten Start.</translation>
        </message>
        <message>
            <source>Choose a model folder</source>
            <translation>Modellordner wählen</translation>
        </message>
        <message>
            <source>The session could not be opened or saved</source>
            <translation>Die Sitzung konnte nicht geöffnet oder gespeichert werden</translation>
        </message>
        <message>
            <source>Saved %1</source>
            <translation>%1 gespeichert</translation>
        </message>
        <message>
            <source>The study runs; pages fill as layers finish.</source>
            <translation>Die Studie läuft; die Seiten füllen sich mit jeder fertigen Schicht.</translation>
        </message>
        <message>
            <source>The study failed</source>
            <translation>Die Studie ist gescheitert</translation>
        </message>
        <message>
            <source>The study was stopped.</source>
            <translation>Die Studie wurde angehalten.</translation>
        </message>
        <message>
            <source>Opening %1…</source>
            <translation>%1 wird geöffnet…</translation>
        </message>
        <message>
            <source>This cannot be opened</source>
            <translation>Das lässt sich nicht öffnen</translation>
        </message>
        <message>
            <source>%1 is neither a session (NAME.qscope.h5), nor a model's folder with a config.json, nor a text.</source>
            <translation>%1 ist weder eine Sitzung (NAME.qscope.h5) noch ein Modellordner mit einer config.json noch ein Text.</translation>
        </message>
        <message>
            <source>There is no demo</source>
            <translation>Es gibt keine Demo</translation>
        </message>
        <message>
            <source>%1 – QuantScope</source>
            <translation>%1 – QuantScope</translation>
        </message>
        <message>
            <source>Open a session</source>
            <translation>Sitzung öffnen</translation>
        </message>
        <message>
            <source>Saving %1…</source>
            <translation>%1 wird gespeichert…</translation>
        </message>
        <message>
            <source>This page has no figure to export.</source>
            <translation>Diese Seite hat keine Abbildung zum Exportieren.</translation>
        </message>
        <message>
            <source>A study is running</source>
            <translation>Eine Studie läuft</translation>
        </message>
        <message>
            <source>Stop the study and quit? What is finished stays, and the study can be resumed.</source>
            <translation>Studie anhalten und beenden? Was fertig ist, bleibt, und die Studie lässt sich fortsetzen.</translation>
        </message>
        <message>
            <source>The experiment could not be made</source>
            <translation>Das Experiment war nicht möglich</translation>
        </message>
        <message>
            <source>Too many sessions</source>
            <translation>Zu viele Sitzungen</translation>
        </message>
        <message>
            <source>%1 sessions were named; the window shows one, or two beside each other. Name two of them.</source>
            <translation>%1 Sitzungen wurden genannt; das Fenster zeigt eine oder zwei nebeneinander. Nennen Sie zwei davon.</translation>
        </message>
        <message>
            <source>%1 and %2</source>
            <translation>%1 und %2</translation>
        </message>
        <message>
            <source>Compare with</source>
            <translation>Vergleichen mit</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MethodDialog</name>
        <message>
            <source>Quantization method</source>
            <translation>Quantisierungsmethode</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>Methode</translation>
        </message>
        <message>
            <source>the method and its options</source>
            <translation>die Methode und ihre Optionen</translation>
        </message>
        <message>
            <source>How the method is called in tables and figures</source>
            <translation>Wie die Methode in Tabellen und Abbildungen heißt</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>This build has no quantization method.</source>
            <translation>Dieses Programm enthält keine Quantisierungsmethode.</translation>
        </message>
        <message>
            <source>Source: %1. Needs: %2.</source>
            <translation>Quelle: %1. Braucht: %2.</translation>
        </message>
        <message>
            <source>There is no method to choose.</source>
            <translation>Es gibt keine Methode zu wählen.</translation>
        </message>
        <message>
            <source>%1 cannot be “%2”.</source>
            <translation>%1 kann nicht „%2“ sein.</translation>
        </message>
        <message>
            <source>The study has a method named “%1” already.</source>
            <translation>Die Studie hat schon eine Methode namens „%1“.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MethodPresets</name>
        <message>
            <source>As in Chang et al.</source>
            <translation>Wie bei Chang et al.</translation>
        </message>
        <message>
            <source>3 bits: GPTQ with groups of 64 and activation order, AWQ with groups of 128, NF3 with blocks of 64</source>
            <translation>3 Bit: GPTQ mit Gruppen zu 64 und Aktivierungsreihenfolge, AWQ mit Gruppen zu 128, NF3 mit Blöcken zu 64</translation>
        </message>
        <message>
            <source>4-bit everyday</source>
            <translation>4 Bit für den Alltag</translation>
        </message>
        <message>
            <source>4 bits: GPTQ and AWQ with groups of 128, NF4 with blocks of 64</source>
            <translation>4 Bit: GPTQ und AWQ mit Gruppen zu 128, NF4 mit Blöcken zu 64</translation>
        </message>
        <message>
            <source>Round to nearest, 3 and 4 bits</source>
            <translation>Runden zum Nächsten, 3 und 4 Bit</translation>
        </message>
        <message>
            <source>The baseline, which needs no calibration: groups of 128</source>
            <translation>Die Grundlinie, ohne Kalibrierung: Gruppen zu 128</translation>
        </message>
        <message>
            <source>Weights and activations</source>
            <translation>Gewichte und Aktivierungen</translation>
        </message>
        <message>
            <source>Inputs of matrices are rounded too: naive and smoothed in 8 bits, QuaRot, DuQuant and PrefixQuant in 4 bits</source>
            <translation>Auch die Eingaben der Matrizen werden gerundet: unverändert und geglättet auf 8 Bit, mit QuaRot, DuQuant und PrefixQuant auf 4 Bit</translation>
        </message>
    </context>
    <context>
        <name>quantscope::MethodsSection</name>
        <message>
            <source>Edit…</source>
            <translation>Ändern…</translation>
        </message>
        <message>
            <source>Change the selected method</source>
            <translation>Die gewählte Methode ändern</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>Entfernen</translation>
        </message>
        <message>
            <source>Take the selected method out of the study</source>
            <translation>Die gewählte Methode aus der Studie nehmen</translation>
        </message>
        <message>
            <source>Quantization methods</source>
            <translation>Quantisierungsmethoden</translation>
        </message>
        <message>
            <source>Add…</source>
            <translation>Neu…</translation>
        </message>
        <message>
            <source>Add a method</source>
            <translation>Eine Methode hinzufügen</translation>
        </message>
        <message>
            <source>Presets</source>
            <translation>Vorgaben</translation>
        </message>
        <message>
            <source>Take methods that belong together</source>
            <translation>Methoden nehmen, die zusammengehören</translation>
        </message>
        <message>
            <source>windows of the study's text</source>
            <translation>Fenster des Studientexts</translation>
        </message>
        <message>
            <source>Windows that methods calibrate on</source>
            <translation>Fenster, auf denen Methoden kalibriert werden</translation>
        </message>
        <message>
            <source>as the study</source>
            <translation>wie die Studie</translation>
        </message>
        <message>
            <source>Tokens of a calibration window</source>
            <translation>Token eines Kalibrierungsfensters</translation>
        </message>
        <message>
            <source>Windows</source>
            <translation>Fenster</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>Calibration text</source>
            <translation>Kalibrierungstext</translation>
        </message>
        <message>
            <source>Add quantized checkpoint…</source>
            <translation>Quantisierten Checkpoint hinzufügen…</translation>
        </message>
        <message>
            <source>Add a checkpoint of the same model that another program quantized</source>
            <translation>Einen Checkpoint desselben Modells hinzufügen, den ein anderes Programm quantisiert hat</translation>
        </message>
        <message>
            <source>%1 (checkpoint)</source>
            <translation>%1 (Checkpoint)</translation>
        </message>
        <message>
            <source>All of each document</source>
            <translation>Alle jedes Dokuments</translation>
        </message>
        <message>
            <source>First of each document</source>
            <translation>Erstes jedes Dokuments</translation>
        </message>
        <message>
            <source>Which windows of a document are drawn from</source>
            <translation>Aus welchen Fenstern eines Dokuments gezogen wird</translation>
        </message>
        <message>
            <source>Drawn from</source>
            <translation>Gezogen aus</translation>
        </message>
        <message>
            <source>Calibration sets to compare</source>
            <translation>Kalibriermengen im Vergleich</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ModelSection</name>
        <message>
            <source>Choose a model folder</source>
            <translation>Modellordner wählen</translation>
        </message>
        <message>
            <source>Model folder</source>
            <translation>Modellordner</translation>
        </message>
        <message>
            <source>Hugging Face folder or GGUF file, or drop it here</source>
            <translation>Hugging-Face-Ordner oder GGUF-Datei, oder hierher ziehen</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>Ordner</translation>
        </message>
        <message>
            <source>%1, %2 parameters in %3
%4 layers, hidden size %5, vocabulary %6
%7</source>
            <translation>%1, %2 Parameter in %3
%4 Schichten, Breite %5, Vokabular %6
%7</translation>
        </message>
    </context>
    <context>
        <name>quantscope::OptionEditor</name>
        <message>
            <source>&lt;p&gt;%1&lt;/p&gt;&lt;p&gt;Values: %2. Default: %3.&lt;/p&gt;</source>
            <translation>&lt;p&gt;%1&lt;/p&gt;&lt;p&gt;Werte: %2. Vorgabe: %3.&lt;/p&gt;</translation>
        </message>
    </context>
    <context>
        <name>quantscope::OverviewPage</name>
        <message>
            <source>Residual size foretells the error</source>
            <translation>Die Größe des Residuums sagt den Fehler vorher</translation>
        </message>
        <message>
            <source>Pearson correlation over examples between the mean norm of the last layer's residual and the final error, with its bootstrap interval.</source>
            <translation>Pearson-Korrelation über die Beispiele zwischen der mittleren Norm des Residuums der letzten Schicht und dem Fehler am Ende, mit Bootstrap-Intervall.</translation>
        </message>
        <message>
            <source>ρ(S, E) at the last layer</source>
            <translation>ρ(S, E) an der letzten Schicht</translation>
        </message>
        <message>
            <source>A model this small shows how the tool works, not whether the published findings hold for it.</source>
            <translation>Ein so kleines Modell zeigt, wie das Werkzeug arbeitet, nicht, ob die veröffentlichten Befunde für es gelten.</translation>
        </message>
        <message>
            <source>Methods</source>
            <translation>Methoden</translation>
        </message>
        <message>
            <source>Inputs that break most</source>
            <translation>Eingaben, die am stärksten leiden</translation>
        </message>
        <message>
            <source>Overview</source>
            <translation>Überblick</translation>
        </message>
        <message>
            <source>&lt;p&gt;What was run and what came out. The table compares the methods: perplexity and mean error with bootstrap intervals over documents, the mean divergence of the predictions, how often the most likely token is the same, and the bits each weight really takes.&lt;/p&gt;&lt;p&gt;The curves show the error of every example, sorted: a steep end means that few inputs take most of the damage. The bars show how strongly the size of the residual stream foretells the error.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Was gerechnet wurde und was herauskam. Die Tabelle vergleicht die Methoden: Perplexität und mittlerer Fehler mit Bootstrap-Intervallen über die Dokumente, die mittlere Divergenz der Vorhersagen, wie oft das wahrscheinlichste Token dasselbe ist, und die Bits, die jedes Gewicht wirklich braucht.&lt;/p&gt;&lt;p&gt;Die Kurven zeigen den Fehler jedes Beispiels, sortiert: Ein steiles Ende heißt, dass wenige Eingaben den meisten Schaden tragen. Die Balken zeigen, wie stark die Größe des Residuenstroms den Fehler vorhersagt.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>Lane</source>
            <translation>Spur</translation>
        </message>
        <message>
            <source>Method</source>
            <translation>Methode</translation>
        </message>
        <message>
            <source>Perplexity</source>
            <translation>Perplexität</translation>
        </message>
        <message>
            <source>Exponential of the token-weighted mean loss, bootstrap over documents</source>
            <translation>Exponential des nach Token gewichteten mittleren Verlusts, Bootstrap über Dokumente</translation>
        </message>
        <message>
            <source>Mean error (nat)</source>
            <translation>Mittlerer Fehler (nat)</translation>
        </message>
        <message>
            <source>Mean over examples of the loss added by quantization</source>
            <translation>Mittel über die Beispiele des Verlusts, den die Quantisierung hinzufügt</translation>
        </message>
        <message>
            <source>KL (nat)</source>
            <translation>KL (nat)</translation>
        </message>
        <message>
            <source>Mean divergence of the predictions from the reference's, per token</source>
            <translation>Mittlere Divergenz der Vorhersagen von denen der Referenz, je Token</translation>
        </message>
        <message>
            <source>Same top token</source>
            <translation>Gleiches Spitzentoken</translation>
        </message>
        <message>
            <source>Share of positions with the same most likely token</source>
            <translation>Anteil der Stellen mit demselben wahrscheinlichsten Token</translation>
        </message>
        <message>
            <source>Bits/weight</source>
            <translation>Bits/Gewicht</translation>
        </message>
        <message>
            <source>All that is stored, over the number of quantized weights</source>
            <translation>Alles Gespeicherte, geteilt durch die Zahl quantisierter Gewichte</translation>
        </message>
        <message>
            <source>ρ(S, E)</source>
            <translation>ρ(S, E)</translation>
        </message>
        <message>
            <source>Correlation of the last layer's residual size with the error</source>
            <translation>Korrelation der Residuengröße der letzten Schicht mit dem Fehler</translation>
        </message>
        <message>
            <source>Example</source>
            <translation>Beispiel</translation>
        </message>
        <message>
            <source>Error (nat)</source>
            <translation>Fehler (nat)</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>Text</translation>
        </message>
        <message>
            <source>Input bits</source>
            <translation>Bits der Eingaben</translation>
        </message>
        <message>
            <source>Bits that inputs of matrices are rounded to; 16: not rounded</source>
            <translation>Bits, auf die Eingaben der Matrizen gerundet werden; 16: nicht gerundet</translation>
        </message>
    </context>
    <context>
        <name>quantscope::Page</name>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>Nothing to show yet</source>
            <translation>Noch nichts zu zeigen</translation>
        </message>
        <message>
            <source>Loading …</source>
            <translation>Wird geladen …</translation>
        </message>
        <message>
            <source>The values of this page are being computed.</source>
            <translation>Die Werte dieser Seite werden berechnet.</translation>
        </message>
        <message>
            <source>This could not be shown</source>
            <translation>Das konnte nicht gezeigt werden</translation>
        </message>
        <message>
            <source>These are the values of before; new ones are on their way.</source>
            <translation>Dies sind die Werte von vorher; neue sind unterwegs.</translation>
        </message>
        <message>
            <source>About this model: %1</source>
            <translation>Zu diesem Modell: %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PageGroups</name>
        <message>
            <source>The study</source>
            <translation>Die Studie</translation>
        </message>
        <message>
            <source>Which inputs</source>
            <translation>Welche Eingaben</translation>
        </message>
        <message>
            <source>Where in the model</source>
            <translation>Wo im Modell</translation>
        </message>
        <message>
            <source>Weights and methods</source>
            <translation>Gewichte und Verfahren</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PageNavigation</name>
        <message>
            <source>Pages</source>
            <translation>Seiten</translation>
        </message>
        <message>
            <source>Page</source>
            <translation>Seite</translation>
        </message>
        <message>
            <source>Pa&amp;ge:</source>
            <translation>Sei&amp;te:</translation>
        </message>
        <message>
            <source>Page before</source>
            <translation>Seite davor</translation>
        </message>
        <message>
            <source>Next page</source>
            <translation>Nächste Seite</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PatchNowPanel</name>
        <message>
            <source>%1 (zero)</source>
            <translation>%1 (null)</translation>
        </message>
        <message>
            <source>%1 (random)</source>
            <translation>%1 (zufällig)</translation>
        </message>
        <message>
            <source>Patch</source>
            <translation>Patchen</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Anhalten</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>Vergessen</translation>
        </message>
        <message>
            <source>Numbers of examples, with commas between; follows the selection</source>
            <translation>Nummern von Beispielen mit Kommas dazwischen; folgt der Auswahl</translation>
        </message>
        <message>
            <source>Positions that are replaced: all, or such as 0, 1-4,7</source>
            <translation>Positionen, die ersetzt werden: all, oder etwa 0, 1-4,7</translation>
        </message>
        <message>
            <source>Layers that are replaced: upper-half, all, 7 or 10-31</source>
            <translation>Schichten, die ersetzt werden: upper-half, all, 7 oder 10-31</translation>
        </message>
        <message>
            <source>full into quantized</source>
            <translation>voll in quantisiert</translation>
        </message>
        <message>
            <source>quantized into full</source>
            <translation>quantisiert in voll</translation>
        </message>
        <message>
            <source>the donor's values</source>
            <translation>die Werte des Spenders</translation>
        </message>
        <message>
            <source>zero</source>
            <translation>null</translation>
        </message>
        <message>
            <source>random, as far as the donor</source>
            <translation>zufällig, so weit wie der Spender</translation>
        </message>
        <message>
            <source>&amp;Examples:</source>
            <translation>&amp;Beispiele:</translation>
        </message>
        <message>
            <source>&amp;Outputs:</source>
            <translation>&amp;Ausgaben:</translation>
        </message>
        <message>
            <source>&amp;Layers:</source>
            <translation>&amp;Schichten:</translation>
        </message>
        <message>
            <source>&amp;Positions:</source>
            <translation>&amp;Positionen:</translation>
        </message>
        <message>
            <source>&amp;Method:</source>
            <translation>&amp;Methode:</translation>
        </message>
        <message>
            <source>&amp;Direction:</source>
            <translation>&amp;Richtung:</translation>
        </message>
        <message>
            <source>P&amp;ut in:</source>
            <translation>&amp;Eingesetzt:</translation>
        </message>
        <message>
            <source>Removes the selected runs from the history</source>
            <translation>Entfernt die gewählten Läufe aus dem Verlauf</translation>
        </message>
        <message>
            <source>History of patches</source>
            <translation>Verlauf der Patches</translation>
        </message>
        <message>
            <source>Patching …</source>
            <translation>Wird gepatcht …</translation>
        </message>
        <message>
            <source>Run</source>
            <translation>Lauf</translation>
        </message>
        <message>
            <source>Outputs</source>
            <translation>Ausgaben</translation>
        </message>
        <message>
            <source>Outputs that were replaced</source>
            <translation>Ausgaben, die ersetzt wurden</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>Schichten</translation>
        </message>
        <message>
            <source>Positions</source>
            <translation>Positionen</translation>
        </message>
        <message>
            <source>Patched</source>
            <translation>Gepatcht</translation>
        </message>
        <message>
            <source>The lane that was patched</source>
            <translation>Die gepatchte Bahn</translation>
        </message>
        <message>
            <source>Donor</source>
            <translation>Spender</translation>
        </message>
        <message>
            <source>The lane that the values are from</source>
            <translation>Die Bahn, von der die Werte sind</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>NLL before</source>
            <translation>NLL vorher</translation>
        </message>
        <message>
            <source>Mean over the examples, nat</source>
            <translation>Mittel über die Beispiele, nat</translation>
        </message>
        <message>
            <source>NLL patched</source>
            <translation>NLL gepatcht</translation>
        </message>
        <message>
            <source>NLL donor</source>
            <translation>NLL Spender</translation>
        </message>
        <message>
            <source>Of the lane that the values are from; of a control, of the full-precision model</source>
            <translation>Der Bahn, von der die Werte sind; bei einer Kontrolle des Modells voller Genauigkeit</translation>
        </message>
        <message>
            <source>Recovered</source>
            <translation>Zurückgewonnen</translation>
        </message>
        <message>
            <source>(before − patched) / (before − donor), never clipped</source>
            <translation>(vorher − gepatcht) / (vorher − Spender), nie gekappt</translation>
        </message>
        <message>
            <source>When</source>
            <translation>Wann</translation>
        </message>
        <message>
            <source>Select runs in the table to compare them by token.</source>
            <translation>Wählen Sie Läufe in der Tabelle, um sie Token für Token zu vergleichen.</translation>
        </message>
        <message>
            <source>Replace outputs of modules on a few examples now, from the codes kept beside the session. Runs are kept with it.</source>
            <translation>Ersetzen Sie jetzt Ausgaben von Modulen auf einigen Beispielen, aus den Codes neben der Sitzung. Die Läufe werden mit ihr aufbewahrt.</translation>
        </message>
        <message>
            <source>token</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>NLL (nat)</source>
            <translation>NLL (nat)</translation>
        </message>
        <message>
            <source>NLL by token, example %1</source>
            <translation>NLL nach Token, Beispiel %1</translation>
        </message>
        <message>
            <source>What the newest of the selected runs was before, and what each of them made of it; the example walks alone, so the last digits may differ from the study's</source>
            <translation>Was vor dem neuesten der gewählten Läufe war und was jeder von ihnen daraus machte; das Beispiel läuft allein, die letzten Stellen können daher von der Studie abweichen</translation>
        </message>
        <message>
            <source>donor (%1)</source>
            <translation>Spender (%1)</translation>
        </message>
        <message>
            <source>before (%1)</source>
            <translation>vorher (%1)</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PatchingFields</name>
        <message>
            <source>MLP output</source>
            <translation>MLP-Ausgabe</translation>
        </message>
        <message>
            <source>The output of the MLP (down)</source>
            <translation>Die Ausgabe des MLP (down)</translation>
        </message>
        <message>
            <source>Gate</source>
            <translation>Gate</translation>
        </message>
        <message>
            <source>The gate after its activation</source>
            <translation>Das Gate nach seiner Aktivierung</translation>
        </message>
        <message>
            <source>Up</source>
            <translation>Up</translation>
        </message>
        <message>
            <source>The up projection</source>
            <translation>Die Up-Projektion</translation>
        </message>
        <message>
            <source>Gate and up</source>
            <translation>Gate und Up</translation>
        </message>
        <message>
            <source>Both factors of the MLP at once</source>
            <translation>Beide Faktoren des MLP zugleich</translation>
        </message>
        <message>
            <source>Attention</source>
            <translation>Attention</translation>
        </message>
        <message>
            <source>The output of the attention module</source>
            <translation>Die Ausgabe des Attention-Moduls</translation>
        </message>
        <message>
            <source>Attention + MLP</source>
            <translation>Attention + MLP</translation>
        </message>
        <message>
            <source>Both outputs that the residual stream is made of</source>
            <translation>Beide Ausgaben, aus denen der Residuenstrom besteht</translation>
        </message>
        <message>
            <source>Queries</source>
            <translation>Queries</translation>
        </message>
        <message>
            <source>The query projection</source>
            <translation>Die Query-Projektion</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>Keys</translation>
        </message>
        <message>
            <source>The key projection</source>
            <translation>Die Key-Projektion</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>Values</translation>
        </message>
        <message>
            <source>The value projection</source>
            <translation>Die Value-Projektion</translation>
        </message>
        <message>
            <source>Gate's input</source>
            <translation>Eingabe des Gates</translation>
        </message>
        <message>
            <source>What the gate's matrix is given, after the norm</source>
            <translation>Was die Matrix des Gates erhält, nach der Norm</translation>
        </message>
        <message>
            <source>Residual</source>
            <translation>Residuum</translation>
        </message>
        <message>
            <source>The residual stream that leaves the block; at single layers only: each, or 7</source>
            <translation>Der Residuenstrom, der den Block verlässt; nur an einzelnen Schichten: each, oder 7</translation>
        </message>
        <message>
            <source>Zero</source>
            <translation>Null</translation>
        </message>
        <message>
            <source>Zero in the place of the donor's values</source>
            <translation>Null anstelle der Werte des Spenders</translation>
        </message>
        <message>
            <source>Mean</source>
            <translation>Mittel</translation>
        </message>
        <message>
            <source>The reference's mean over the examples</source>
            <translation>Das Mittel der Referenz über die Beispiele</translation>
        </message>
        <message>
            <source>Random</source>
            <translation>Zufall</translation>
        </message>
        <message>
            <source>A step in a random direction, as far as the donor's values lie away</source>
            <translation>Ein Schritt in zufälliger Richtung, so weit, wie die Werte des Spenders entfernt liegen</translation>
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
            <translation>Ausgabe</translation>
        </message>
        <message>
            <source>Down</source>
            <translation>Down</translation>
        </message>
        <message>
            <source>All of attention</source>
            <translation>Ganze Attention</translation>
        </message>
        <message>
            <source>All of the MLP</source>
            <translation>Ganzes MLP</translation>
        </message>
        <message>
            <source>All matrices</source>
            <translation>Alle Matrizen</translation>
        </message>
        <message>
            <source>Layers whose values are replaced: upper-half, all, each (one at a time), upward (0 to each in turn), downward (each in turn to the last), 7, 10-31; several with commas between.</source>
            <translation>Schichten, deren Werte ersetzt werden: upper-half, all, each (einzeln), upward (0 bis zu jeder der Reihe nach), downward (jede der Reihe nach bis zur letzten), 7, 10-31; mehrere mit Kommas dazwischen.</translation>
        </message>
        <message>
            <source>Positions whose values are replaced: all, or such as 0, 1-4,7</source>
            <translation>Positionen, deren Werte ersetzt werden: all, oder etwa 0, 1-4,7</translation>
        </message>
        <message>
            <source>Full precision into quantized</source>
            <translation>Volle Genauigkeit in quantisiert</translation>
        </message>
        <message>
            <source>Quantized into full precision</source>
            <translation>Quantisiert in volle Genauigkeit</translation>
        </message>
        <message>
            <source>Patch these outputs:</source>
            <translation>Diese Ausgaben patchen:</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>Schichten</translation>
        </message>
        <message>
            <source>Positions</source>
            <translation>Positionen</translation>
        </message>
        <message>
            <source>Direction</source>
            <translation>Richtung</translation>
        </message>
        <message>
            <source>Controls</source>
            <translation>Kontrollen</translation>
        </message>
        <message>
            <source>Restore these matrices to 16 bit:</source>
            <translation>Diese Matrizen auf 16 Bit zurücksetzen:</translation>
        </message>
        <message>
            <source>“%1” is not a set of layers. Write upper-half, all, each, upward, downward, 7 or 10-31.</source>
            <translation>„%1“ ist keine Menge von Schichten. Schreiben Sie upper-half, all, each, upward, downward, 7 oder 10-31.</translation>
        </message>
        <message>
            <source>“%1” is not a set of positions. Write all, or ascending numbers and ranges such as 0, 1-4,7.</source>
            <translation>„%1“ ist keine Menge von Positionen. Schreiben Sie all, oder aufsteigende Zahlen und Bereiche wie 0, 1-4,7.</translation>
        </message>
        <message>
            <source>Controls go with patches: choose outputs to patch.</source>
            <translation>Kontrollen gehören zu Patches: Wählen Sie Ausgaben zum Patchen.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PatchingPage</name>
        <message>
            <source>Patches</source>
            <translation>Patches</translation>
        </message>
        <message>
            <source>&amp;Patched lane:</source>
            <translation>Ge&amp;patchte Spur:</translation>
        </message>
        <message>
            <source>Patching</source>
            <translation>Patching</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>Recovered by layer</source>
            <translation>Zurückgewonnen je Schicht</translation>
        </message>
        <message>
            <source>Fraction of D_large's damage that patching one module of one layer undoes.</source>
            <translation>Anteil des Schadens von D_large, den das Patchen eines Moduls einer Schicht behebt.</translation>
        </message>
        <message>
            <source>Unstable: the interval of the damage contains zero.</source>
            <translation>Instabil: Das Intervall des Schadens enthält null.</translation>
        </message>
        <message>
            <source>Patched</source>
            <translation>Gepatcht</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>Schichten</translation>
        </message>
        <message>
            <source>Positions</source>
            <translation>Positionen</translation>
        </message>
        <message>
            <source>Donor</source>
            <translation>Spender</translation>
        </message>
        <message>
            <source>Set</source>
            <translation>Menge</translation>
        </message>
        <message>
            <source>n</source>
            <translation>n</translation>
        </message>
        <message>
            <source>Examples in the set</source>
            <translation>Beispiele in der Menge</translation>
        </message>
        <message>
            <source>PPL full</source>
            <translation>PPL voll</translation>
        </message>
        <message>
            <source>Perplexity of the full-precision model on the set</source>
            <translation>Perplexität des Modells voller Genauigkeit auf der Menge</translation>
        </message>
        <message>
            <source>PPL quantized</source>
            <translation>PPL quantisiert</translation>
        </message>
        <message>
            <source>Perplexity of the quantized model on the set</source>
            <translation>Perplexität des quantisierten Modells auf der Menge</translation>
        </message>
        <message>
            <source>PPL patched</source>
            <translation>PPL gepatcht</translation>
        </message>
        <message>
            <source>Perplexity of the patched model on the set</source>
            <translation>Perplexität des gepatchten Modells auf der Menge</translation>
        </message>
        <message>
            <source>Recovered</source>
            <translation>Zurückgewonnen</translation>
        </message>
        <message>
            <source>Ratio of the set's means with its bootstrap interval</source>
            <translation>Verhältnis der Mittelwerte der Menge mit Bootstrap-Intervall</translation>
        </message>
        <message>
            <source>No patches were run in this study. Choose some among the instruments and run the study again, or patch single examples now.</source>
            <translation>In dieser Studie liefen keine Patches. Wählen Sie welche unter den Instrumenten und starten Sie die Studie erneut, oder patchen Sie jetzt einzelne Beispiele.</translation>
        </message>
        <message>
            <source>Patches of the study</source>
            <translation>Patches der Studie</translation>
        </message>
        <message>
            <source>Patch now</source>
            <translation>Jetzt patchen</translation>
        </message>
        <message>
            <source>&lt;p&gt;The quantized model runs on an example while the outputs of one kind of module are replaced by the full-precision model's. What that recovers says where the damage passes through. It is shown for D_large, D_ctrl, the matched controls and all examples, since recovery on D_large alone says nothing about why these inputs break.&lt;/p&gt;&lt;p&gt;Values are never clipped: a patch can make things worse (below 0) or better than the full model (above 1).&lt;/p&gt;&lt;p&gt;&lt;b&gt;Patch now&lt;/b&gt; runs one patch on examples that you choose, from the codes kept beside the session: which outputs, at which layers and positions, whose values, or zero or a random direction in their place. Runs are kept with the session; select several to compare them token by token.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Das quantisierte Modell läuft über ein Beispiel, während die Ausgaben einer Modulart durch die des Modells voller Genauigkeit ersetzt werden. Was das zurückholt, sagt, wo der Schaden hindurchgeht. Gezeigt wird es für D_large, D_ctrl, die passenden Kontrollen und alle Beispiele, denn Rückgewinn auf D_large allein sagt nichts darüber, warum diese Eingaben leiden.&lt;/p&gt;&lt;p&gt;Werte werden nie gekappt: Ein Patch kann es schlechter (unter 0) oder besser als das volle Modell machen (über 1).&lt;/p&gt;&lt;p&gt;&lt;b&gt;Jetzt patchen&lt;/b&gt; führt einen Patch auf Beispielen Ihrer Wahl aus, aus den Codes neben der Sitzung: welche Ausgaben, in welchen Schichten und an welchen Positionen, wessen Werte, oder null oder eine zufällige Richtung an ihrer Stelle. Läufe werden mit der Sitzung aufbewahrt; wählen Sie mehrere, um sie Token für Token zu vergleichen.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>%1, from l on</source>
            <translation>%1, ab l</translation>
        </message>
        <message>
            <source>%1, up to l</source>
            <translation>%1, bis l</translation>
        </message>
        <message>
            <source>&amp;Kind:</source>
            <translation>&amp;Art:</translation>
        </message>
        <message>
            <source>What bars and curves show; of one kind, its controls too. Of all kinds, many curves are those of attn, gate, up and down alone</source>
            <translation>Was Balken und Kurven zeigen; von einer Art auch ihre Kontrollen. Von allen Arten sind viele Kurven allein die von attn, gate, up und down</translation>
        </message>
        <message>
            <source>all</source>
            <translation>alle</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PathChooser</name>
        <message>
            <source>Folder…</source>
            <translation>Ordner …</translation>
        </message>
        <message>
            <source>GGUF file…</source>
            <translation>GGUF-Datei …</translation>
        </message>
        <message>
            <source>GGUF files</source>
            <translation>GGUF-Dateien</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PlotSummary</name>
        <message>
            <source>Lines: %1, over %2 from %3 to %4; values from %5 to %6, the highest in %7.</source>
            <translation>Linien: %1, über %2 von %3 bis %4; Werte von %5 bis %6, der höchste in %7.</translation>
        </message>
        <message>
            <source>Map of %1 rows and %2 columns; values from %3 to %4, the highest in row %5, column %6; not measured: %7.</source>
            <translation>Karte mit %1 Zeilen und %2 Spalten; Werte von %3 bis %4, der höchste in Zeile %5, Spalte %6; nicht gemessen: %7.</translation>
        </message>
        <message>
            <source>Points: %1; %2 from %3 to %4, %5 from %6 to %7.</source>
            <translation>Punkte: %1; %2 von %3 bis %4, %5 von %6 bis %7.</translation>
        </message>
        <message>
            <source>Pearson correlation %1, Spearman %2.</source>
            <translation>Korrelation nach Pearson %1, nach Spearman %2.</translation>
        </message>
        <message>
            <source>Values: %1 in %2 groups, from %3 to %4, the highest for %5.</source>
            <translation>Werte: %1 in %2 Gruppen, von %3 bis %4, der höchste für %5.</translation>
        </message>
        <message>
            <source>Columns grouped by %1, groups: %2: %3.</source>
            <translation>Spalten gruppiert nach %1, Gruppen: %2: %3.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::PlotWidget</name>
        <message>
            <source>Not measured</source>
            <translation>Nicht gemessen</translation>
        </message>
        <message>
            <source>Zoom back</source>
            <translation>Zoom zurück</translation>
        </message>
        <message>
            <source>Show all</source>
            <translation>Alles zeigen</translation>
        </message>
        <message>
            <source>Copy as picture</source>
            <translation>Als Bild kopieren</translation>
        </message>
        <message>
            <source>Copy data as text</source>
            <translation>Daten als Text kopieren</translation>
        </message>
        <message>
            <source>Export figure …</source>
            <translation>Abbildung exportieren …</translation>
        </message>
    </context>
    <context>
        <name>quantscope::QuestionsSection</name>
        <message>
            <source>Choose questions</source>
            <translation>Fragen wählen</translation>
        </message>
        <message>
            <source>Questions (*.jsonl *.json *.gz *.zst);;All files (*)</source>
            <translation>Fragen (*.jsonl *.json *.gz *.zst);;Alle Dateien (*)</translation>
        </message>
        <message>
            <source>The field that holds the question</source>
            <translation>Das Feld, das die Frage enthält</translation>
        </message>
        <message>
            <source>The field with the accepted answers: a list of texts (PopQA: possible_answers)</source>
            <translation>Das Feld mit den zulässigen Antworten: eine Liste von Texten (PopQA: possible_answers)</translation>
        </message>
        <message>
            <source>The field with a number for the popularity of the question's subject (PopQA: s_pop)</source>
            <translation>Das Feld mit einer Zahl für die Bekanntheit des Gegenstands der Frage (PopQA: s_pop)</translation>
        </message>
        <message>
            <source>The field with the choices, for questions of multiple choice</source>
            <translation>Das Feld mit den Antwortmöglichkeiten, für Auswahlfragen</translation>
        </message>
        <message>
            <source>The field with the index of the right choice, from 0</source>
            <translation>Das Feld mit dem Index der richtigen Antwortmöglichkeit, ab 0</translation>
        </message>
        <message>
            <source>The prompt, with {question} where the question stands; \n is a line break. The answer follows after a space.</source>
            <translation>Die Eingabe, mit {question} an der Stelle der Frage; \n ist ein Zeilenumbruch. Die Antwort folgt nach einem Leerzeichen.</translation>
        </message>
        <message>
            <source>Questions shown with their answers before each prompt. They are drawn with the seed and not asked.</source>
            <translation>Fragen, die mit ihren Antworten vor jeder Eingabe stehen. Sie werden mit dem Startwert gezogen und nicht gestellt.</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>Questions drawn with the seed; 0 takes all.</source>
            <translation>Mit dem Startwert gezogene Fragen; 0 nimmt alle.</translation>
        </message>
        <message>
            <source>all</source>
            <translation>alle</translation>
        </message>
        <message>
            <source>Tokens of the longest answer; it ends earlier at a line break or end token.</source>
            <translation>Tokens der längsten Antwort; bei einem Zeilenumbruch oder End-Token endet sie früher.</translation>
        </message>
        <message>
            <source>File of questions</source>
            <translation>Datei mit Fragen</translation>
        </message>
        <message>
            <source>none are asked</source>
            <translation>keine werden gestellt</translation>
        </message>
        <message>
            <source>Contains an accepted answer</source>
            <translation>Enthält eine zulässige Antwort</translation>
        </message>
        <message>
            <source>Exact match</source>
            <translation>Genaue Übereinstimmung</translation>
        </message>
        <message>
            <source>When an answer is right: an accepted answer occurs in it (PopQA's criterion), or they are equal but for case, punctuation and articles (SQuAD's).</source>
            <translation>Wann eine Antwort richtig ist: Eine zulässige Antwort kommt in ihr vor (Kriterium von PopQA), oder beide sind bis auf Groß- und Kleinschreibung, Satzzeichen und Artikel gleich (SQuAD).</translation>
        </message>
        <message>
            <source>Width of a bucket of the logarithm to base 10 of the popularity</source>
            <translation>Breite einer Klasse des Zehnerlogarithmus der Bekanntheit</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Question field</source>
            <translation>Feld der Frage</translation>
        </message>
        <message>
            <source>Answers field</source>
            <translation>Feld der Antworten</translation>
        </message>
        <message>
            <source>Popularity field</source>
            <translation>Feld der Bekanntheit</translation>
        </message>
        <message>
            <source>Choices field</source>
            <translation>Feld der Auswahl</translation>
        </message>
        <message>
            <source>Right choice field</source>
            <translation>Feld der richtigen Wahl</translation>
        </message>
        <message>
            <source>Prompt</source>
            <translation>Eingabe</translation>
        </message>
        <message>
            <source>Shots</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>Fragen</translation>
        </message>
        <message>
            <source>Answer tokens</source>
            <translation>Tokens je Antwort</translation>
        </message>
        <message>
            <source>Right when</source>
            <translation>Richtig, wenn</translation>
        </message>
        <message>
            <source>Bucket width</source>
            <translation>Klassenbreite</translation>
        </message>
        <message>
            <source>The prompt has to say where the question stands: write {question} in it.</source>
            <translation>Die Eingabe muss sagen, wo die Frage steht: {question} hineinschreiben.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::QueueList</name>
        <message>
            <source>Waiting:</source>
            <translation>Es warten:</translation>
        </message>
        <message>
            <source>Re&amp;move from the queue</source>
            <translation>Aus der &amp;Reihe nehmen</translation>
        </message>
        <message>
            <source>Studies that wait</source>
            <translation>Studien, die warten</translation>
        </message>
    </context>
    <context>
        <name>quantscope::RecipeStudies</name>
        <message>
            <source>Save the recipe</source>
            <translation>Rezept speichern</translation>
        </message>
        <message>
            <source>A study is running</source>
            <translation>Eine Studie läuft</translation>
        </message>
        <message>
            <source>Wait until it is finished, or stop it; then apply the recipe again.</source>
            <translation>Warten Sie, bis sie fertig ist, oder halten Sie sie an; wenden Sie das Rezept dann noch einmal an.</translation>
        </message>
        <message>
            <source>The recipe could not be applied</source>
            <translation>Das Rezept konnte nicht angewandt werden</translation>
        </message>
        <message>
            <source>The folder %1, where the recipe would be kept, cannot be made.</source>
            <translation>Der Ordner %1, in dem das Rezept bleiben soll, kann nicht angelegt werden.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ReportPage</name>
        <message>
            <source>&amp;Quantized lane:</source>
            <translation>&amp;Quantisierte Spur:</translation>
        </message>
        <message>
            <source>Output</source>
            <translation>Ausgabe</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>Übereinstimmung</translation>
        </message>
        <message>
            <source>Explanations</source>
            <translation>Erklärungen</translation>
        </message>
        <message>
            <source>Predictors</source>
            <translation>Vorhersage</translation>
        </message>
        <message>
            <source>&lt;p&gt;How the predictions of each method differ from the reference's: divergence, the change of the true token's probability, perplexity; then by how confident the reference was, and by kind of text.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Wie sich die Vorhersagen jeder Methode von denen der Referenz unterscheiden: Divergenz, Änderung der Wahrscheinlichkeit des wahren Tokens, Perplexität; dann danach, wie sicher die Referenz war, und nach Art des Textes.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;Whether the methods fail on the same inputs, and how much of that can be known: an error is measured on few tokens, and what is measured with noise correlates less than it should. Reliability is the ceiling. Inputs that are chosen for their error look worse than they are; honest selection scores them by what did not choose them.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Ob die Methoden an denselben Eingaben scheitern, und wie viel davon sich wissen lässt: Ein Fehler wird an wenigen Tokens gemessen, und was mit Rauschen gemessen ist, korreliert weniger, als es sollte. Die Reliabilität ist die obere Grenze. Eingaben, die wegen ihres Fehlers gewählt sind, sehen schlimmer aus, als sie sind; die ehrliche Auswahl bewertet sie nach dem, was sie nicht gewählt hat.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;What goes with the error: the size of the residual stream, the same with the reference's loss held, the drift of the method's own stream, and what part runs through which. The grey band holds what all layers together reach by chance. Every contrast is shown against random controls and against inputs of the same loss.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Was mit dem Fehler einhergeht: die Größe des Residuenstroms, dieselbe bei festgehaltenem Verlust der Referenz, die Abweichung des eigenen Stroms der Methode, und welcher Teil worüber läuft. Das graue Band enthält, was alle Schichten zusammen durch Zufall erreichen. Jeder Kontrast wird gegen zufällige Kontrollen und gegen Eingaben mit gleichem Verlust gezeigt.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;How well the errors can be foretold from the full-precision run alone, before anything is quantized: ridge regression and single ranks, always on documents that the model has not seen. No model can exceed the ceiling, since the errors themselves are measured with noise.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Wie gut sich die Fehler allein aus dem Lauf mit voller Genauigkeit vorhersagen lassen, bevor irgendetwas quantisiert ist: Ridge-Regression und einzelne Ränge, stets an Dokumenten, die das Modell nicht gesehen hat. Kein Modell kann die obere Grenze überschreiten, denn die Fehler selbst sind mit Rauschen gemessen.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>This needs the errors of a finished study with texts of at least eight documents.</source>
            <translation>Dies braucht die Fehler einer fertigen Studie mit Texten aus mindestens acht Dokumenten.</translation>
        </message>
        <message>
            <source>This needs the predictions of a finished study: wait for the run to end, or run a study with at least one method.</source>
            <translation>Dies braucht die Vorhersagen einer fertigen Studie: das Ende des Laufs abwarten oder eine Studie mit mindestens einer Methode starten.</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>Schichten</translation>
        </message>
        <message>
            <source>&lt;p&gt;What the instruments measured in every layer: the error of each module with the run's own inputs and fed with the reference's, what the error of the MLP is made of, how the residual stream drifts, what attention looks at, outliers. Which of these there are was chosen before the run (Instruments). The dashed grey line is the noise floor: the reference run again, different by rounding alone.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Was die Instrumente in jeder Schicht gemessen haben: den Fehler jedes Moduls mit den eigenen Eingaben des Laufs und mit denen der Referenz gespeist, woraus der Fehler des MLP besteht, wie der Residuenstrom driftet, worauf die Attention schaut, Ausreißer. Was davon es gibt, wurde vor dem Lauf gewählt (Instrumente). Die gestrichelte graue Linie ist die Rauschgrenze: die Referenz noch einmal, nur durch Rundung verschieden.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>Fragen</translation>
        </message>
        <message>
            <source>&lt;p&gt;What quantization does to behaviour: every lane answers the same questions after the same examples, greedily; answers are judged right or wrong and compared with the reference's question by question, by how popular the question's subject is. Choices are weighed by their likelihood. Small changes of accuracy can hide many flips: look at both directions.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Was die Quantisierung mit dem Verhalten macht: Jede Spur beantwortet dieselben Fragen nach denselben Beispielen, gierig; die Antworten werden als richtig oder falsch bewertet und Frage für Frage mit denen der Referenz verglichen, danach, wie bekannt der Gegenstand der Frage ist. Antwortmöglichkeiten werden nach ihrer Likelihood gewichtet. Kleine Änderungen der Genauigkeit können viele Wechsel verbergen: beide Richtungen ansehen.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>No lane has answered questions yet. Choose a file of questions under Questions in the study dock and run the study; a line is an object such as {"question": …, "answers": […], "popularity": …}.</source>
            <translation>Noch hat keine Spur Fragen beantwortet. Unter Fragen im Studienbereich eine Datei mit Fragen wählen und die Studie starten; eine Zeile ist ein Objekt wie {"question": …, "answers": […], "popularity": …}.</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>Training</translation>
        </message>
        <message>
            <source>&lt;p&gt;Methods that train, against what they build on. Choose a base and what of the singular values is learned beneath it, and &lt;b&gt;Train and compare&lt;/b&gt;: the study in the dock runs with these two methods, and the losses of the blocks are drawn while they are trained.&lt;/p&gt;&lt;p&gt;Every matrix is W = U diag(S) Vᵀ; learned is Δ in W' = U (diag(S) + Δ) Vᵀ, zero at the start: increments of the diagonal (LSI), of a band or of a square (SDE). With a horizon, the output of a block is carried through the blocks after it, and the error there counts as well, which is meant to spread the error over the layers: whether it does, the entropy of the layers' errors says, 1 where all have the same. &lt;i&gt;Accumulated&lt;/i&gt; is the error in the residual stream, &lt;i&gt;local&lt;/i&gt; that of each block fed with the reference's input.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Methoden, die trainieren, gegen das, worauf sie aufbauen. Eine Basis wählen und was von den Singulärwerten darunter gelernt wird, dann &lt;b&gt;Trainieren und vergleichen&lt;/b&gt;: Die Studie im Dock läuft mit diesen beiden Methoden, und die Verluste der Blöcke werden gezeichnet, während sie trainiert werden.&lt;/p&gt;&lt;p&gt;Jede Matrix ist W = U diag(S) Vᵀ; gelernt wird Δ in W' = U (diag(S) + Δ) Vᵀ, null am Anfang: Zuwächse der Diagonalen (LSI), eines Bandes oder eines Quadrats (SDE). Mit einem Horizont wird die Ausgabe eines Blocks durch die folgenden Blöcke getragen, und der Fehler dort zählt mit; das soll den Fehler über die Schichten verteilen. Ob es das tut, sagt die Entropie der Fehler der Schichten: 1, wenn alle denselben haben. &lt;i&gt;Angesammelt&lt;/i&gt; ist der Fehler im Residualstrom, &lt;i&gt;lokal&lt;/i&gt; der jedes Blocks, der die Eingabe der Referenz bekommt.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>This session has no method that trains. Choose a base and what is learned above, and a model, a text and a calibration text in the study dock.</source>
            <translation>Diese Sitzung hat keine Methode, die trainiert. Oben eine Basis und was gelernt wird wählen, im Studien-Dock ein Modell, einen Text und einen Kalibrierungstext.</translation>
        </message>
        <message>
            <source>&amp;Try without the super weight</source>
            <translation>Ohne das &amp;Supergewicht versuchen</translation>
        </message>
        <message>
            <source>Walks the session's first examples with the candidate set to zero, and in the quantized lane back to full precision. Needs the model and the codes of the study.</source>
            <translation>Geht die ersten Beispiele der Sitzung durch, der Kandidat auf null gesetzt und im quantisierten Modell wieder in voller Genauigkeit. Braucht das Modell und die Codes der Studie.</translation>
        </message>
        <message>
            <source>Calibration</source>
            <translation>Kalibrierung</translation>
        </message>
        <message>
            <source>Activations</source>
            <translation>Aktivierungen</translation>
        </message>
        <message>
            <source>Depth</source>
            <translation>Tiefe</translation>
        </message>
        <message>
            <source>Perturbation</source>
            <translation>Störung</translation>
        </message>
        <message>
            <source>&lt;p&gt;What the text matters that a method calibrates on. The same model and method, calibrated on several draws of several sources, nonsense among them, and always tested on the same text: how far apart are the draws of one source, how far the sources? A method that looks at no text is the control and must not move.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Was der Text ausmacht, an dem ein Verfahren kalibriert. Dasselbe Modell und Verfahren, kalibriert an mehreren Ziehungen mehrerer Quellen, auch an Unsinn, und immer am selben Text geprüft: Wie weit liegen die Ziehungen einer Quelle auseinander, wie weit die Quellen? Ein Verfahren, das keinen Text ansieht, ist die Kontrolle und darf sich nicht bewegen.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;How the values are distributed that the matrices read, and what leaves each block: the largest, the median, the tails, single channels, the first token against the rest, and two kinds of text over each other. These figures describe; they do not predict what quantization breaks.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Wie die Werte verteilt sind, die die Matrizen lesen, und was jeden Block verlässt: die größten, der Median, die Ränder, einzelne Kanäle, das erste Token gegen die übrigen, und zwei Arten von Text übereinander. Diese Abbildungen beschreiben; sie sagen nicht voraus, was die Quantisierung beschädigt.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;What each layer changes, and what the model loses without it: influence and size of the updates of blocks, of attention and of MLPs alone, the loss with one or more of them left out, and with MLPs skipped at the tokens that they change least.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Was jede Schicht ändert und was das Modell ohne sie verliert: Einfluss und Größe der Beiträge von Blöcken, von Attention und von MLPs allein, der Verlust ohne einen oder mehrere davon, und mit MLPs, die bei den Token übersprungen werden, die sie am wenigsten ändern.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&lt;p&gt;Quantization seen as noise on the weights. Artificial noise of the same size, which grows or shrinks with the weight or does not look at it, tells whether the size of an error or its place does the damage; the methods' own changes are drawn against the weights that they change.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Quantisierung als Rauschen auf den Gewichten. Künstliches Rauschen gleicher Größe, das mit dem Gewicht wächst oder schrumpft oder es nicht beachtet, zeigt, ob die Größe eines Fehlers schadet oder sein Ort; die Änderungen der Verfahren sind gegen die Gewichte aufgetragen, die sie ändern.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>This needs a study with the instrument activations or outliers.</source>
            <translation>Dies braucht eine Studie mit dem Instrument activations oder outliers.</translation>
        </message>
        <message>
            <source>This needs a study with at least one method, such as perturb.</source>
            <translation>Dies braucht eine Studie mit mindestens einem Verfahren, etwa perturb.</translation>
        </message>
        <message>
            <source>Walking without the weight…</source>
            <translation>Durchlauf ohne das Gewicht…</translation>
        </message>
        <message>
            <source>Allocate</source>
            <translation>Zuteilung</translation>
        </message>
        <message>
            <source>&lt;p&gt;Where to spend bits. On calibration text every matrix is quantized alone; an integer program then gives each the method that keeps the sum of these costs least within the budget. The slider solves it again for any budget.&lt;/p&gt;&lt;p&gt;What matters is said by the figures below: the mixed model was quantized again and measured on documents that took no part, beside a uniform model, random ones and one that spends the same bits on the largest matrices.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Wo Bits etwas nützen. Auf Kalibrierungstext wird jede Matrix für sich quantisiert; ein ganzzahliges Programm gibt dann jeder das Verfahren, mit dem die Summe dieser Kosten im Rahmen des Budgets am kleinsten ist. Der Schieber löst es für jedes Budget neu.&lt;/p&gt;&lt;p&gt;Worauf es ankommt, sagen die Abbildungen darunter: Das gemischte Modell wurde noch einmal quantisiert und auf Dokumenten gemessen, die nicht beteiligt waren, neben einem einheitlichen Modell, zufälligen und einem, das dieselben Bits an die größten Matrizen gibt.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>This needs the sensitivities of single matrices, which the commands quantscope-cli sensitivity and quantscope-cli allocate measure.</source>
            <translation>Dafür braucht es die Empfindlichkeiten einzelner Matrizen; die Befehle quantscope-cli sensitivity und quantscope-cli allocate messen sie.</translation>
        </message>
        <message>
            <source>Experts</source>
            <translation>Experten</translation>
        </message>
        <message>
            <source>&lt;p&gt;Models whose MLPs are mixtures of experts send every token to a few of them. Which tokens go where is decided by a router, which is never quantized; but it reads a residual stream that quantization has moved, so that tokens go astray. Errors of an expert are over the tokens that both models send to it.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Modelle, deren MLPs Mischungen von Experten sind, schicken jedes Token zu einigen wenigen von ihnen. Welche Token wohin gehen, entscheidet ein Router, der nie quantisiert wird; doch er liest einen Residualstrom, den die Quantisierung verschoben hat, so dass Token fehlgehen. Fehler eines Experten sind über die Token gebildet, die beide Modelle zu ihm schicken.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>The MLPs of this model are no mixtures of experts, or the study has not walked through a block yet.</source>
            <translation>Die MLPs dieses Modells sind keine Mischungen von Experten, oder die Studie ist noch durch keinen Block gegangen.</translation>
        </message>
        <message>
            <source>This needs a study of calibration sets: add some under Methods in the study dock, or run quantscope-cli calibrate with a --set for each.</source>
            <translation>Dies braucht eine Studie von Kalibriermengen: Fügen Sie im Studienbereich unter Verfahren welche hinzu, oder rufen Sie quantscope-cli calibrate mit einem --set für jede auf.</translation>
        </message>
        <message>
            <source>This needs a study with the instrument depth; “Leave out units on” (--removal N) also measures the loss without units, on N examples. In blocks whose attention and MLP read the same stream, each is taken as if it alone were added to it.</source>
            <translation>Dies braucht eine Studie mit dem Instrument Tiefe; „Einheiten weglassen auf“ (--removal N) misst auch den Verlust ohne Einheiten, auf N Beispielen. In Blöcken, deren Aufmerksamkeit und MLP denselben Strom lesen, wird jedes so genommen, als würde es allein zu ihm addiert.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ResidualsPage</name>
        <message>
            <source>By layer</source>
            <translation>Nach Schicht</translation>
        </message>
        <message>
            <source>Densities</source>
            <translation>Dichten</translation>
        </message>
        <message>
            <source>Residuals</source>
            <translation>Residuen</translation>
        </message>
        <message>
            <source>&amp;Site:</source>
            <translation>&amp;Stelle:</translation>
        </message>
        <message>
            <source>S&amp;tatistic:</source>
            <translation>S&amp;tatistik:</translation>
        </message>
        <message>
            <source>&amp;Lane:</source>
            <translation>Sp&amp;ur:</translation>
        </message>
        <message>
            <source>&amp;Minus:</source>
            <translation>&amp;Minus:</translation>
        </message>
        <message>
            <source>S&amp;ort by:</source>
            <translation>S&amp;ortiert nach:</translation>
        </message>
        <message>
            <source>&amp;Density at layer:</source>
            <translation>&amp;Dichte an Schicht:</translation>
        </message>
        <message>
            <source>reference</source>
            <translation>Referenz</translation>
        </message>
        <message>
            <source>nothing</source>
            <translation>nichts</translation>
        </message>
        <message>
            <source>index</source>
            <translation>Index</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>One column an example, in the text's order.</source>
            <translation>Eine Spalte je Beispiel, in der Reihenfolge des Textes.</translation>
        </message>
        <message>
            <source>One column an example, sorted by %1.</source>
            <translation>Eine Spalte je Beispiel, sortiert nach %1.</translation>
        </message>
        <message>
            <source>Layer × example</source>
            <translation>Schicht × Beispiel</translation>
        </message>
        <message>
            <source>Layer × token</source>
            <translation>Schicht × Token</translation>
        </message>
        <message>
            <source>Example %1.</source>
            <translation>Beispiel %1.</translation>
        </message>
        <message>
            <source>Choose an example to see its tokens.</source>
            <translation>Ein Beispiel wählen, um seine Token zu sehen.</translation>
        </message>
        <message>
            <source>This study kept no values of single tokens here. Choose token maps among the instruments and run it again.</source>
            <translation>Diese Studie hat hier keine Werte einzelner Token behalten. Wählen Sie unter den Instrumenten die Token-Karten und starten Sie sie erneut.</translation>
        </message>
        <message>
            <source>&lt;p&gt;Where in depth the examples differ. The upper map has a column for each example, sorted as chosen and grouped under brackets where you like; the lower one a column for each token of the selected example. Layers go upward.&lt;/p&gt;&lt;p&gt;The curves compare D_large (orange) with D_ctrl (blue) with bootstrap intervals, and show how strongly a layer's residual size correlates with the final error. The densities show the norms before and after the MLP's norm at one layer: where the order of the two sets reverses, the norm amplifies what was small.&lt;/p&gt;</source>
            <translation>&lt;p&gt;In welcher Tiefe sich die Beispiele unterscheiden. Die obere Karte hat eine Spalte je Beispiel, sortiert wie gewählt und auf Wunsch unter Klammern gruppiert; die untere eine je Token des gewählten Beispiels. Die Schichten gehen aufwärts.&lt;/p&gt;&lt;p&gt;Die Kurven vergleichen D_large (orange) mit D_ctrl (blau) mit Bootstrap-Intervallen und zeigen, wie stark die Residuengröße einer Schicht mit dem Fehler am Ende korreliert. Die Dichten zeigen die Normen vor und nach der Norm des MLP an einer Schicht: Wo sich die Reihenfolge der beiden Mengen umkehrt, verstärkt die Norm, was klein war.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>&amp;Group by:</source>
            <translation>&amp;Gruppiert nach:</translation>
        </message>
        <message>
            <source>D_large and D_ctrl</source>
            <translation>D_large und D_ctrl</translation>
        </message>
        <message>
            <source>named groups</source>
            <translation>benannten Gruppen</translation>
        </message>
        <message>
            <source>group %1</source>
            <translation>Gruppe %1</translation>
        </message>
        <message>
            <source>Brackets hold examples of the same %1 together.</source>
            <translation>Klammern fassen Beispiele mit gleichem Wert von %1 zusammen.</translation>
        </message>
        <message>
            <source>An example of several groups stands in the first.</source>
            <translation>Ein Beispiel mehrerer Gruppen steht in der ersten.</translation>
        </message>
        <message>
            <source>probability %1 in the reference, %2 in %3</source>
            <translation>Wahrscheinlichkeit %1 in der Referenz, %2 in %3</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ResourcesSection</name>
        <message>
            <source>Save the session to</source>
            <translation>Sitzung speichern nach</translation>
        </message>
        <message>
            <source>Sessions (*.qscope.h5)</source>
            <translation>Sitzungen (*.qscope.h5)</translation>
        </message>
        <message>
            <source>Bound on the resident memory of the program while the study runs</source>
            <translation>Schranke für den belegten Arbeitsspeicher des Programms, während die Studie läuft</translation>
        </message>
        <message>
            <source>as many as cores</source>
            <translation>so viele wie Kerne</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
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
            <translation>vom Programm gewählt</translation>
        </message>
        <message>
            <source>Rows of one matrix product. Another value may change the last digits of results.</source>
            <translation>Zeilen eines Matrixprodukts. Ein anderer Wert kann die letzten Stellen der Ergebnisse ändern.</translation>
        </message>
        <message>
            <source>Session file</source>
            <translation>Sitzungsdatei</translation>
        </message>
        <message>
            <source>Memory</source>
            <translation>Speicher</translation>
        </message>
        <message>
            <source>Threads</source>
            <translation>Threads</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>Gerät</translation>
        </message>
        <message>
            <source>Batch tokens</source>
            <translation>Token je Stapel</translation>
        </message>
        <message>
            <source>Session</source>
            <translation>Sitzung</translation>
        </message>
    </context>
    <context>
        <name>quantscope::RunPanel</name>
        <message>
            <source>%1 h %2 min</source>
            <translation>%1 h %2 min</translation>
        </message>
        <message>
            <source>%1 min %2 s</source>
            <translation>%1 min %2 s</translation>
        </message>
        <message>
            <source>%1 s</source>
            <translation>%1 s</translation>
        </message>
        <message>
            <source>&amp;Run</source>
            <translation>Sta&amp;rten</translation>
        </message>
        <message>
            <source>R&amp;esume</source>
            <translation>&amp;Fortsetzen</translation>
        </message>
        <message>
            <source>&amp;Pause</source>
            <translation>&amp;Pause</translation>
        </message>
        <message>
            <source>&amp;Cancel</source>
            <translation>&amp;Abbrechen</translation>
        </message>
        <message>
            <source>Progress of the study</source>
            <translation>Fortschritt der Studie</translation>
        </message>
        <message>
            <source>Run the study (Ctrl+R)</source>
            <translation>Studie starten (Strg+R)</translation>
        </message>
        <message>
            <source>Go on with the interrupted study that is open</source>
            <translation>Die geöffnete unterbrochene Studie fortsetzen</translation>
        </message>
        <message>
            <source>Estimating…</source>
            <translation>Wird geschätzt…</translation>
        </message>
        <message>
            <source>Stopping; what is finished stays…</source>
            <translation>Wird angehalten; was fertig ist, bleibt…</translation>
        </message>
        <message>
            <source>&amp;Continue</source>
            <translation>&amp;Weiter</translation>
        </message>
        <message>
            <source>, %1 left</source>
            <translation>, noch %1</translation>
        </message>
        <message>
            <source>About %1, %2 of %3 memory, %4 disk, examples: %5</source>
            <translation>Etwa %1, %2 von %3 Speicher, %4 Platte, Beispiele: %5</translation>
        </message>
        <message>
            <source>&amp;Queue</source>
            <translation>&amp;Einreihen</translation>
        </message>
        <message>
            <source>Run the study after the one that runs (Ctrl+R)</source>
            <translation>Die Studie nach der laufenden ausführen (Strg+R)</translation>
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
            <translation>Beispiel</translation>
        </message>
        <message>
            <source>set</source>
            <translation>Menge</translation>
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
            <translation>andere Beispiele</translation>
        </message>
        <message>
            <source>%1 %2, %3 %4</source>
            <translation>%1 %2, %3 %4</translation>
        </message>
        <message>
            <source> (D_large)</source>
            <translation> (D_large)</translation>
        </message>
        <message>
            <source> (D_ctrl)</source>
            <translation> (D_ctrl)</translation>
        </message>
        <message>
            <source>Example %1%2: %3 = %4, %5 = %6</source>
            <translation>Beispiel %1%2: %3 = %4, %5 = %6</translation>
        </message>
        <message>
            <source>Drag zooms</source>
            <translation>Ziehen vergrößert</translation>
        </message>
        <message>
            <source>Drag selects a rectangle</source>
            <translation>Ziehen wählt ein Rechteck</translation>
        </message>
        <message>
            <source>Drag selects with a lasso</source>
            <translation>Ziehen wählt mit dem Lasso</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SelectionMenu</name>
        <message>
            <source>Se&amp;lection</source>
            <translation>&amp;Auswahl</translation>
        </message>
        <message>
            <source>&amp;Name as a group…</source>
            <translation>Als &amp;Gruppe benennen…</translation>
        </message>
        <message>
            <source>Gives the selected examples a name that the session keeps</source>
            <translation>Gibt den ausgewählten Beispielen einen Namen, den die Sitzung behält</translation>
        </message>
        <message>
            <source>&amp;Groups</source>
            <translation>G&amp;ruppen</translation>
        </message>
        <message>
            <source>&amp;Pin</source>
            <translation>&amp;Anheften</translation>
        </message>
        <message>
            <source>Marks the selected examples in every view until they are unpinned</source>
            <translation>Markiert die ausgewählten Beispiele in jeder Ansicht, bis sie gelöst werden</translation>
        </message>
        <message>
            <source>&amp;Select the pinned</source>
            <translation>Die angehefteten aus&amp;wählen</translation>
        </message>
        <message>
            <source>&amp;Unpin all</source>
            <translation>Alle &amp;lösen</translation>
        </message>
        <message>
            <source>&amp;Clear</source>
            <translation>Auf&amp;heben</translation>
        </message>
        <message>
            <source>Name a group</source>
            <translation>Gruppe benennen</translation>
        </message>
        <message>
            <source>Rename a group</source>
            <translation>Gruppe umbenennen</translation>
        </message>
        <message>
            <source>New name:</source>
            <translation>Neuer Name:</translation>
        </message>
        <message>
            <source>%1 (%2)</source>
            <translation>%1 (%2)</translation>
        </message>
        <message>
            <source>&amp;Select</source>
            <translation>&amp;Auswählen</translation>
        </message>
        <message>
            <source>&amp;Rename…</source>
            <translation>&amp;Umbenennen…</translation>
        </message>
        <message>
            <source>&amp;Delete</source>
            <translation>&amp;Löschen</translation>
        </message>
        <message>
            <source>Name of the selected examples:</source>
            <translation>Name der ausgewählten Beispiele:</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SessionDialogs</name>
        <message>
            <source>Sessions %1;;All files (*)</source>
            <translation>Sitzungen %1;;Alle Dateien (*)</translation>
        </message>
        <message>
            <source>Open a study's folder</source>
            <translation>Ordner einer Studie öffnen</translation>
        </message>
        <message>
            <source>Save the session as</source>
            <translation>Sitzung speichern unter</translation>
        </message>
        <message>
            <source>Sessions %1</source>
            <translation>Sitzungen %1</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SessionPane</name>
        <message>
            <source>Close the comparison</source>
            <translation>Vergleich schließen</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SessionRestore</name>
        <message>
            <source>Open what was open?</source>
            <translation>Öffnen, was offen war?</translation>
        </message>
        <message>
            <source>QuantScope did not end as it should. %1 was open; show it again as it was?</source>
            <translation>QuantScope wurde nicht ordentlich beendet. %1 war offen; wieder zeigen, wie es war?</translation>
        </message>
    </context>
    <context>
        <name>quantscope::SheetDialog</name>
        <message>
            <source>Export the sheet to</source>
            <translation>Bogen ausgeben nach</translation>
        </message>
        <message>
            <source>Figures (*.pdf *.svg *.png)</source>
            <translation>Abbildungen (*.pdf *.svg *.png)</translation>
        </message>
        <message>
            <source>&amp;Letters a, b, c …</source>
            <translation>&amp;Buchstaben a, b, c …</translation>
        </message>
        <message>
            <source>Write what they show &amp;beside it</source>
            <translation>Da&amp;neben schreiben, was sie zeigen</translation>
        </message>
        <message>
            <source>Figure sheet</source>
            <translation>Abbildungsbogen</translation>
        </message>
        <message>
            <source>Figures on the sheet</source>
            <translation>Abbildungen auf dem Bogen</translation>
        </message>
        <message>
            <source>Figures of pages that were looked at, in this order:</source>
            <translation>Abbildungen der Seiten, die angesehen wurden, in dieser Reihenfolge:</translation>
        </message>
        <message>
            <source> mm</source>
            <translation> mm</translation>
        </message>
        <message>
            <source> pt</source>
            <translation> pt</translation>
        </message>
        <message>
            <source>300 dots an inch</source>
            <translation>300 Punkte je Zoll</translation>
        </message>
        <message>
            <source>600 dots an inch</source>
            <translation>600 Punkte je Zoll</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>Spalten</translation>
        </message>
        <message>
            <source>Width</source>
            <translation>Breite</translation>
        </message>
        <message>
            <source>Height of a row</source>
            <translation>Höhe einer Zeile</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>Schriftgröße</translation>
        </message>
        <message>
            <source>Resolution of PNG</source>
            <translation>Auflösung von PNG</translation>
        </message>
        <message>
            <source>The page</source>
            <translation>Die Seite</translation>
        </message>
        <message>
            <source>%1 × %2 mm, figures: %3</source>
            <translation>%1 × %2 mm, Abbildungen: %3</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ShortcutEditor</name>
        <message>
            <source>&amp;Assign</source>
            <translation>&amp;Zuweisen</translation>
        </message>
        <message>
            <source>As at &amp;first</source>
            <translation>Wie am An&amp;fang</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>Tastenkürzel</translation>
        </message>
        <message>
            <source>Words of a command</source>
            <translation>Wörter eines Befehls</translation>
        </message>
        <message>
            <source>Commands</source>
            <translation>Befehle</translation>
        </message>
        <message>
            <source>Command</source>
            <translation>Befehl</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>Tasten</translation>
        </message>
        <message>
            <source>New keys</source>
            <translation>Neue Tasten</translation>
        </message>
        <message>
            <source>&amp;Press new keys:</source>
            <translation>&amp;Neue Tasten drücken:</translation>
        </message>
        <message>
            <source>A&amp;ll as at first</source>
            <translation>A&amp;lle wie am Anfang</translation>
        </message>
        <message>
            <source>%1 belongs to “%2”. Give that command other keys first.</source>
            <translation>%1 gehört zu „%2“. Geben Sie zuerst diesem Befehl andere Tasten.</translation>
        </message>
        <message>
            <source>“%1” has no keys any more.</source>
            <translation>„%1“ hat keine Tasten mehr.</translation>
        </message>
        <message>
            <source>“%1” has %2 now.</source>
            <translation>„%1“ hat jetzt %2.</translation>
        </message>
        <message>
            <source>All commands have their first keys again.</source>
            <translation>Alle Befehle haben wieder ihre Tasten vom Anfang.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::StripsPlot</name>
        <message>
            <source>group</source>
            <translation>Gruppe</translation>
        </message>
        <message>
            <source>strip</source>
            <translation>Streifen</translation>
        </message>
    </context>
    <context>
        <name>quantscope::StudyForm</name>
        <message>
            <source>Model</source>
            <translation>Modell</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>Text</translation>
        </message>
        <message>
            <source>Methods</source>
            <translation>Methoden</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>Instrumente</translation>
        </message>
        <message>
            <source>Resources and session</source>
            <translation>Ressourcen und Sitzung</translation>
        </message>
        <message>
            <source>Choose a model.</source>
            <translation>Ein Modell wählen.</translation>
        </message>
        <message>
            <source>Choose a text.</source>
            <translation>Einen Text wählen.</translation>
        </message>
        <message>
            <source>Write the separator between documents.</source>
            <translation>Das Trennzeichen zwischen Dokumenten angeben.</translation>
        </message>
        <message>
            <source>Add a quantization method.</source>
            <translation>Eine Quantisierungsmethode hinzufügen.</translation>
        </message>
        <message>
            <source>Questions</source>
            <translation>Fragen</translation>
        </message>
    </context>
    <context>
        <name>quantscope::StudyPanel</name>
        <message>
            <source>Replace the session?</source>
            <translation>Sitzung ersetzen?</translation>
        </message>
        <message>
            <source>%1 exists already. Replace it by the new study?</source>
            <translation>%1 gibt es schon. Durch die neue Studie ersetzen?</translation>
        </message>
        <message>
            <source>The folder %1 cannot be made. Choose another place for the session.</source>
            <translation>Der Ordner %1 lässt sich nicht anlegen. Einen anderen Ort für die Sitzung wählen.</translation>
        </message>
        <message>
            <source>%1 is written by a study that runs or waits. Choose another session file under Resources and session.</source>
            <translation>%1 wird von einer Studie geschrieben, die läuft oder wartet. Wählen Sie unter Ressourcen und Sitzung eine andere Sitzungsdatei.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TextSection</name>
        <message>
            <source>full windows only</source>
            <translation>nur volle Fenster</translation>
        </message>
        <message>
            <source>all</source>
            <translation>alle</translation>
        </message>
        <message>
            <source>First of each document</source>
            <translation>Erstes jedes Dokuments</translation>
        </message>
        <message>
            <source>All of each document</source>
            <translation>Alle jedes Dokuments</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Aus</translation>
        </message>
        <message>
            <source>All examples</source>
            <translation>Alle Beispiele</translation>
        </message>
        <message>
            <source>As in the paper</source>
            <translation>Wie im Artikel</translation>
        </message>
        <message>
            <source>Leaves out examples that share too many 5-grams with another one.</source>
            <translation>Lässt Beispiele weg, die zu viele 5-Gramme mit einem anderen teilen.</translation>
        </message>
        <message>
            <source>Predicted tokens of each example, after the start token</source>
            <translation>Vorhergesagte Token jedes Beispiels, nach dem Starttoken</translation>
        </message>
        <message>
            <source>The shortest window that is kept; padding stays out of every statistic.</source>
            <translation>Das kürzeste Fenster, das bleibt; Auffüllung bleibt aus jeder Statistik heraus.</translation>
        </message>
        <message>
            <source>Examples drawn with the seed; 0 takes all.</source>
            <translation>Mit dem Startwert gezogene Beispiele; 0 nimmt alle.</translation>
        </message>
        <message>
            <source>The same seed draws the same examples.</source>
            <translation>Derselbe Startwert zieht dieselben Beispiele.</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>Windows</source>
            <translation>Fenster</translation>
        </message>
        <message>
            <source>At least</source>
            <translation>Mindestens</translation>
        </message>
        <message>
            <source>Duplicates</source>
            <translation>Duplikate</translation>
        </message>
        <message>
            <source>Examples</source>
            <translation>Beispiele</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>Startwert</translation>
        </message>
        <message>
            <source>%1 documents, %2 examples, %3 tokens</source>
            <translation>%1 Dokumente, %2 Beispiele, %3 Token</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TextSourceEditor</name>
        <message>
            <source>Choose a text</source>
            <translation>Text wählen</translation>
        </message>
        <message>
            <source>Texts (*.txt *.jsonl *.csv *.tsv *.gz *.zst);;All files (*)</source>
            <translation>Texte (*.txt *.jsonl *.csv *.tsv *.gz *.zst);;Alle Dateien (*)</translation>
        </message>
        <message>
            <source>Text file</source>
            <translation>Textdatei</translation>
        </message>
        <message>
            <source>file, or drop it here</source>
            <translation>Datei, oder hierher ziehen</translation>
        </message>
        <message>
            <source>A line each</source>
            <translation>Je eine Zeile</translation>
        </message>
        <message>
            <source>A paragraph each</source>
            <translation>Je ein Absatz</translation>
        </message>
        <message>
            <source>The whole file</source>
            <translation>Die ganze Datei</translation>
        </message>
        <message>
            <source>Split at a separator</source>
            <translation>An Trennzeichen geteilt</translation>
        </message>
        <message>
            <source>JSON lines</source>
            <translation>JSON-Zeilen</translation>
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
            <translation>Wie die Datei in Dokumente zerfällt</translation>
        </message>
        <message>
            <source>Literal text between two documents; \n is a line break.</source>
            <translation>Wörtlicher Text zwischen zwei Dokumenten; \n ist ein Zeilenumbruch.</translation>
        </message>
        <message>
            <source>The field or column that holds the text</source>
            <translation>Das Feld oder die Spalte mit dem Text</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>Fields or columns kept beside each example, with commas between</source>
            <translation>Felder oder Spalten, die bei jedem Beispiel bleiben, mit Kommas dazwischen</translation>
        </message>
        <message>
            <source>File</source>
            <translation>Datei</translation>
        </message>
        <message>
            <source>Documents</source>
            <translation>Dokumente</translation>
        </message>
        <message>
            <source>Separator</source>
            <translation>Trennzeichen</translation>
        </message>
        <message>
            <source>Text field</source>
            <translation>Textfeld</translation>
        </message>
        <message>
            <source>Label fields</source>
            <translation>Etikettfelder</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TokenColourBar</name>
        <message>
            <source>Colours from %1 to %2 %3</source>
            <translation>Farben von %1 bis %2 %3</translation>
        </message>
    </context>
    <context>
        <name>quantscope::TrainingPage</name>
        <message>
            <source>Train and compare</source>
            <translation>Trainieren und vergleichen</translation>
        </message>
        <message>
            <source>&amp;Base:</source>
            <translation>&amp;Basis:</translation>
        </message>
        <message>
            <source>&amp;Learned:</source>
            <translation>Ge&amp;lernt:</translation>
        </message>
        <message>
            <source>Band &amp;k:</source>
            <translation>Band &amp;k:</translation>
        </message>
        <message>
            <source>S&amp;quare n:</source>
            <translation>&amp;Quadrat n:</translation>
        </message>
        <message>
            <source>&amp;Horizon:</source>
            <translation>&amp;Horizont:</translation>
        </message>
        <message>
            <source>&amp;Epochs:</source>
            <translation>&amp;Epochen:</translation>
        </message>
        <message>
            <source>B&amp;its:</source>
            <translation>B&amp;its:</translation>
        </message>
        <message>
            <source>&amp;Group:</source>
            <translation>&amp;Gruppe:</translation>
        </message>
        <message>
            <source>diagonal (LSI)</source>
            <translation>Diagonale (LSI)</translation>
        </message>
        <message>
            <source>diagonal and square (LSI)</source>
            <translation>Diagonale und Quadrat (LSI)</translation>
        </message>
        <message>
            <source>band (SDE)</source>
            <translation>Band (SDE)</translation>
        </message>
        <message>
            <source>square (SDE)</source>
            <translation>Quadrat (SDE)</translation>
        </message>
        <message>
            <source>band and square (SDE)</source>
            <translation>Band und Quadrat (SDE)</translation>
        </message>
        <message>
            <source>own block</source>
            <translation>eigener Block</translation>
        </message>
        <message>
            <source>1 block ahead</source>
            <translation>1 Block voraus</translation>
        </message>
        <message>
            <source>2 blocks ahead</source>
            <translation>2 Blöcke voraus</translation>
        </message>
        <message>
            <source>Entries (i, j) with |i − j| ≤ k are learned</source>
            <translation>Gelernt werden Einträge (i, j) mit |i − j| ≤ k</translation>
        </message>
        <message>
            <source>Entries among the n largest singular values are learned</source>
            <translation>Gelernt werden Einträge zwischen den n größten Singulärwerten</translation>
        </message>
        <message>
            <source>Blocks that a block's output is carried through, where its error counts as well</source>
            <translation>Blöcke, durch die die Ausgabe eines Blocks getragen wird und wo ihr Fehler mitzählt</translation>
        </message>
        <message>
            <source>Passes over the calibration windows, for each block</source>
            <translation>Durchgänge durch die Kalibrierungsfenster, für jeden Block</translation>
        </message>
        <message>
            <source>Input columns that share a scale</source>
            <translation>Eingabespalten, die sich einen Maßstab teilen</translation>
        </message>
        <message>
            <source>Run the study in the dock with these two methods in place of its own</source>
            <translation>Die Studie im Dock mit diesen beiden Methoden anstelle ihrer eigenen ausführen</translation>
        </message>
        <message>
            <source>whole row</source>
            <translation>ganze Zeile</translation>
        </message>
        <message>
            <source>4 bits</source>
            <translation>4 Bit</translation>
        </message>
        <message>
            <source>8 bits</source>
            <translation>8 Bit</translation>
        </message>
        <message>
            <source>as they are</source>
            <translation>wie sie sind</translation>
        </message>
        <message>
            <source>Bits that the inputs of matrices are rounded to while the model runs</source>
            <translation>Bits, auf die die Eingänge von Matrizen gerundet werden, während das Modell läuft</translation>
        </message>
        <message>
            <source>In&amp;puts:</source>
            <translation>Ei&amp;ngänge:</translation>
        </message>
    </context>
    <context>
        <name>quantscope::ViewHistory</name>
        <message>
            <source>view</source>
            <translation>Ansicht</translation>
        </message>
        <message>
            <source>selection</source>
            <translation>Auswahl</translation>
        </message>
    </context>
    <context>
        <name>quantscope::WeightsPage</name>
        <message>
            <source>&amp;Method:</source>
            <translation>&amp;Methode:</translation>
        </message>
        <message>
            <source>S&amp;tatistic:</source>
            <translation>S&amp;tatistik:</translation>
        </message>
        <message>
            <source>Weights</source>
            <translation>Gewichte</translation>
        </message>
        <message>
            <source>Open a session, or choose a model and text and run a study.</source>
            <translation>Eine Sitzung öffnen, oder Modell und Text wählen und eine Studie starten.</translation>
        </message>
        <message>
            <source>Weights of %1</source>
            <translation>Gewichte von %1</translation>
        </message>
        <message>
            <source>%1 by layer and module.</source>
            <translation>%1 nach Schicht und Modul.</translation>
        </message>
        <message>
            <source>&lt;p&gt;How far each method moved the weights: the error of a matrix relative to its size (Frobenius norms), the ratio of signal to quantization noise, the cosine between the matrices, and the bits each weight takes with everything that is stored. For methods that train, also how far each epoch lowered the loss of every block.&lt;/p&gt;</source>
            <translation>&lt;p&gt;Wie weit jede Methode die Gewichte verschoben hat: der Fehler einer Matrix im Verhältnis zu ihrer Größe (Frobenius-Normen), das Verhältnis von Signal zu Quantisierungsrauschen, der Kosinus zwischen den Matrizen und die Bits, die jedes Gewicht mit allem Gespeicherten braucht. Bei Methoden, die trainieren, auch wie weit jede Epoche den Verlust jedes Blocks gesenkt hat.&lt;/p&gt;</translation>
        </message>
        <message>
            <source>Training of %1</source>
            <translation>Training von %1</translation>
        </message>
        <message>
            <source>Loss of each block over its loss before training. The best epoch is kept.</source>
            <translation>Verlust jedes Blocks im Verhältnis zu dem vor dem Training. Die beste Epoche wird behalten.</translation>
        </message>
    </context>
    <context>
        <name>quantscope::WindowDocks</name>
        <message>
            <source>Study</source>
            <translation>Studie</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>Einzelheiten</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>Protokoll</translation>
        </message>
    </context>
    <context>
        <name>quantscope::names</name>
        <message>
            <source>Residual before the block</source>
            <translation>Residuum vor dem Block</translation>
        </message>
        <message>
            <source>Norm before attention</source>
            <translation>Norm vor der Attention</translation>
        </message>
        <message>
            <source>Queries</source>
            <translation>Queries</translation>
        </message>
        <message>
            <source>Keys</source>
            <translation>Keys</translation>
        </message>
        <message>
            <source>Values</source>
            <translation>Values</translation>
        </message>
        <message>
            <source>Input of the output projection</source>
            <translation>Eingabe der Ausgabeprojektion</translation>
        </message>
        <message>
            <source>Attention output</source>
            <translation>Attention-Ausgabe</translation>
        </message>
        <message>
            <source>Residual after attention, r</source>
            <translation>Residuum nach der Attention, r</translation>
        </message>
        <message>
            <source>Norm before the MLP, h</source>
            <translation>Norm vor dem MLP, h</translation>
        </message>
        <message>
            <source>Gate</source>
            <translation>Gate</translation>
        </message>
        <message>
            <source>Up projection</source>
            <translation>Up-Projektion</translation>
        </message>
        <message>
            <source>Input of the down projection</source>
            <translation>Eingabe der Down-Projektion</translation>
        </message>
        <message>
            <source>MLP output</source>
            <translation>MLP-Ausgabe</translation>
        </message>
        <message>
            <source>Residual after the block, z</source>
            <translation>Residuum nach dem Block, z</translation>
        </message>
        <message>
            <source>Norm</source>
            <translation>Norm</translation>
        </message>
        <message>
            <source>Norm of the error</source>
            <translation>Norm des Fehlers</translation>
        </message>
        <message>
            <source>Relative error</source>
            <translation>Relativer Fehler</translation>
        </message>
        <message>
            <source>Cosine to the reference</source>
            <translation>Kosinus zur Referenz</translation>
        </message>
        <message>
            <source>Kurtosis</source>
            <translation>Kurtosis</translation>
        </message>
        <message>
            <source>Kurtosis, median of tokens</source>
            <translation>Kurtosis, Median der Token</translation>
        </message>
        <message>
            <source>Largest value</source>
            <translation>Größter Wert</translation>
        </message>
        <message>
            <source>Mean squared error</source>
            <translation>Mittlerer quadratischer Fehler</translation>
        </message>
        <message>
            <source>Mean squared error, local</source>
            <translation>Mittlerer quadratischer Fehler, lokal</translation>
        </message>
        <message>
            <source>Signal to quantization noise</source>
            <translation>Signal zu Quantisierungsrauschen</translation>
        </message>
        <message>
            <source>Misfit of the recovered basis</source>
            <translation>Abweichung der wiedergefundenen Basis</translation>
        </message>
        <message>
            <source>Bits per weight</source>
            <translation>Bits je Gewicht</translation>
        </message>
        <message>
            <source>Gate and up</source>
            <translation>Gate und Up</translation>
        </message>
        <message>
            <source>Input of the gate</source>
            <translation>Eingabe des Gates</translation>
        </message>
        <message>
            <source>Residual stream</source>
            <translation>Residualstrom</translation>
        </message>
        <message>
            <source>Training loss of blocks</source>
            <translation>Trainingsverlust der Blöcke</translation>
        </message>
        <message>
            <source>Attention and MLP outputs</source>
            <translation>Ausgaben von Attention und MLP</translation>
        </message>
        <message>
            <source>Bits of inputs</source>
            <translation>Bits der Eingaben</translation>
        </message>
    </context>
</TS>

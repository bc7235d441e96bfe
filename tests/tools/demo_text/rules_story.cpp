#include "tests/tools/demo_text/rules.h"

namespace quantscope::demo {

// hero, he, him, his; friend, fhe, fhim, fhis; thing, spot are bound by the writer.
std::string_view storyRules() {
    return R"(
opening: Once upon a time, there was <a:trait> <herokind> named <hero>. | In a <size> <building> near <spot> lived <a:herokind> called <hero>. | One <weather> <daytime>, <hero> woke up early. | Long ago, when the <nature> was still young, <hero> the <herokind> lived at <spot>. | It was a <weather> <day> in <month>. <hero> sat by the window and felt <mood>. | Everyone in the village knew <hero>, the <trait> <herokind>.
habit: Every <daytime> <he> <walk> to <spot> to look for <many:fruit>. | <cap:he> liked <craft> more than anything else. | <cap:his> best friend was <friend>, <a:trait> <friendkind>. | <cap:he> had <a:adjective> <thing> that <he> took everywhere. | <cap:he> lived there with <his> <relative> and <number> <many:animal>. | On <day>s <he> helped the <person> in the <building>.
friendopening: <cap:his> best friend was <friend>, <a:trait> <friendkind>. | One day <he> met <friend>, <a:friendkind> who came from <place>. | <friend>, <a:trait> <friendkind>, lived next door.
problem: One <daytime>, the <thing> was gone. | One day, <hero> lost the <thing> near <spot>. | Then <a:size> storm came, and the wind took the <thing> away. | But the <thing> fell into the <nature> and was gone. | One <daytime> <a:adjective> <animal> came and took the <thing>. | Then the <person> said, "Somebody has hidden the <thing>, and we need it before <day>."
reaction: <hero> was very <mood>. | "Oh no," <said> <hero>, "where is the <thing>?" | <hero> began to cry, but only for a moment. | <cap:he> looked under the <furniture> and behind the <furniture>, but it was not there. | "I must find it," <said> <hero>, "even if I have to walk to <place>." | <hero> did not know what to do.
scene: <hero> <walk> to <place> and looked around. <scenefind> | <friend> <walk> with <him> to <place>. <scenefind> | On the way, <hero> met <a:adjective> <animal>. <sceneask> | They came to <place>, where <a:person> was working. <sceneask> | At <place> it was <weather>, and <hero> felt <mood>. <scenefind> | <friend> had an idea. "<idea>" <fhe> said. <hero> thought about it and agreed. 
scenefind: But <he> only <saw> <a:adjective> <otherthing>. | There was nothing but <a:adjective> <furniture> and <number> <many:animal>. | Under <a:adjective> stone <he> <saw> <a:metal> button. | <hero> called <quickly>, but nobody answered. | "It is not here," <said> <friend>. | <cap:he> <saw> something <adjective> in the grass. It was only <a:fruit>.
sceneask: "Have you seen my <thing>?" asked <hero>. "No," said the <beast>, "but you can ask the <person>." | "Please help me," said <hero>. The <beast> gave <him> some <food> and <said>, "Look in <place>." | "What are you looking for?" asked the <beast>. "I am looking for the <thing>," <said> <hero>. | The <beast> was <mood> and did not want to talk.
idea: We should look in <place>. | Let us ask the <person>. | I think the <animal> knows where it is. | If we wait until <daytime>, the <animal> will come back. | Let us build <a:otherthing> and cross the <nature>.
found: At last <hero> <saw> the <thing>. It was in <place>. | Then <friend> shouted, "Here it is!" The <thing> was behind the <furniture>. | And there, under the <furniture>, was the <thing>. | In the <room> of the old <building>, <hero> found the <thing>. | The <beast> smiled and gave the <thing> back.
ending: <hero> was so happy that <he> hugged <friend>. | They went home and ate <food> together. | From that day on, <hero> and <friend> were never <mood> again. | That <daytime>, <hero> told <his> <relative> the whole story. | <hero> thanked <friend> and promised to be more careful. | "Thank you," <said> <hero>. "I could not have found the <thing> without you."
moral: And so <hero> learned that <a:trait> friend is better than <a:metal> <thing>. | <hero> never lost the <thing> again. | And the <thing> still hangs in the <room>, if nobody has moved it. | After that, <hero> and <friend> met every <day>.
after: The next <daytime>, <hero> and <friend> <walk> to <place>. | In <season>, <friend> gave <hero> <a:adjective> <otherthing>. <hero> kept it in the <room>. | Some days later, the <person> came to visit. <hero> gave <guest> some <food>. | When it was <weather>, <friend> stayed in the <room> and told stories about <place>. | <hero> showed the <thing> to the <person>. "It is <a:adjective> <thing>," <said> the <person>.
guest: <friend> | everyone | the <person> | the tired <animal>
)";
}

} // namespace quantscope::demo

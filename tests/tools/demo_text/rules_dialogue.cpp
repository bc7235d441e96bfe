#include "tests/tools/demo_text/rules.h"

namespace quantscope::demo {

// hero and friend are the two who talk; thing, spot, hour are bound by the writer.
std::string_view dialogueRules() {
    return R"(
greeting: Good <daytime>, <friend>. How are you? | Hello, <friend>! I have not seen you since <day>. | Oh, <friend>, there you are. I was looking for you. | Hi <friend>. Do you have a moment? | Excuse me, are you the <person>?
greetback: I am well, thank you. And you? | Not so bad. It is <weather> today. | Hello, <hero>. I was just at <spot>. | I am a bit <mood>, to be honest. | Yes, what can I do for you, <hero>?
ask: Have you seen my <thing>? | Where did you put the <thing>? | How much does the <thing> cost? | When does the train to <town> leave? | Do you want to come to <spot> on <day>? | Could you help me with the <furniture>? | What did the <person> say about the <thing>? | Why is the <thing> so <adjective>? | Who left the <animal> in the <room>? | How many <many:fruit> do we need?
reply_seen: Yes, I saw the <thing> in the <room>. | No, I have not seen the <thing> since <day>. | It was on the <furniture> yesterday. | Ask <girl>. She used the <thing> last. | I think the <animal> took it.
reply_price: It costs <number> coins. | The <thing> is <number> coins, but for you only <number>. | That is too much for me, I have only <number> coins.
reply_time: It leaves at <hour>. | At <hour>, from the old station. | You just missed it. The next one leaves at <hour>.
reply_plan: I would love to, but I have to work with the <person>. | Yes, let us meet at <hour> in front of the <building>. | Only if it is not <weather>. | Can we go on <day> instead?
remark: I do not believe it. | That is very kind of you. | You always say that, <other>. | Well, that explains the <adjective> <thing>. | Are you sure? | Let me think about it. | My <relative> says the same thing. | That is not what the <person> told me. | Then we should hurry. | I will ask <boy> tomorrow. | It reminds me of the <season> when we lived near <spot>. | Never mind, we can use the <tool>.
farewell: Goodbye, <other>. See you on <day>. | I have to go now. Take care of the <thing>! | Thank you, <other>. Until <hour> then. | Good night, and give my love to your <relative>.
aside: (They look at the <thing>.) | (<cap:a:animal> runs past.) | (The <person> comes in with some <food>.) | (It begins to rain.) | (A long silence.)
)";
}

} // namespace quantscope::demo

#include "tests/tools/demo_text/rules.h"

namespace quantscope::demo {

// town, town2, leader, year, count are bound by the writer.
std::string_view reportRules() {
    return R"(
cardinal: north | south | east | west | north-east | south-west
landscape: valley | plain | coast | plateau | island | delta | marsh | highland
product: salt | wool | copper | timber | wine | glass | cheese | paper | silk | fish | honey | tin
townkind: town | village | harbour | market town | fishing village | fortress | city
office: mayor | governor | bishop | duke | engineer | poet | astronomer | merchant
townfact: <town> is <a:townkind> in the <cardinal> of <region>, on the river <river>. | The <townkind> of <town> lies <count> kilometres <cardinal> of <town2>. | <town> has <people> inhabitants, and most of them live from <product> and <product>. | It was founded in <year> by the <office> <leader>. | In <year>, <leader> built a <building> at the <landscape> of <river>. | The people of <town> call the river <river> "the <adjective> one". | From <town> to <town2> it is <count> kilometres, or <number> hours by boat. | Its <building>, named after <leader>, is <count> metres high. | <leader>, the <office> of <town>, was born in <town2> in <year>. | The road over the pass of <pass> was closed in the <season> of <year>. | <region> borders on <region2> in the <cardinal>. | Ships from <town2> bring <product>; ships to <town2> carry <product> and <product>.
newsopen: <town>, <month> <dayofmonth>. | <day>, <month> <dayofmonth>, <year>.
news: The <person> of <town> has found <a:adjective> <thing> in the <nature>. | A <weather> <season> is expected in <region>. | The price of <product> rose from <low> to <high> coins in <number> weeks. | The price of <product> fell from <high> to <low> coins. | About <people> people came to the <building> to hear <leader> speak. | "We will repair the <building> before <month>," said <leader>. | The train from <town> to <town2> was <count> minutes late on <day>. | Nobody was hurt, but <number> <many:animal> ran away. | <leader>, who is <age> years old, has been <office> since <year>. | The <building> will be closed from <day> to <day2=day>. | According to <leader>, the <product> came from <region2>. | The council of <town2> did not answer our letter. | Last year there were <low> visitors; this year there were <high>. | A reader writes that <a:size> <animal> was seen near <place>.
)";
}

} // namespace quantscope::demo

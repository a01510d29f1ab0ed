package io.waybill.console;

import com.microsoft.playwright.options.ColorScheme;

class LightPagesBrowserIT extends PagesInBrowser {

    LightPagesBrowserIT() {
        super(ColorScheme.LIGHT);
    }
}
